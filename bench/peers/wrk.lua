-- wrk with a request that Lua makes anew each time: another visitor, time and random number in the sampled body.
local file = io.open(os.getenv("BODY"), "r")
local before, middle, after = file:read("*a"):match("^(.*&_id=)%x+(.*&cdt=)%d+(.*)$")
file:close()

local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local count = 0

request = function()
  count = count + 1
  local id = string.format("%016x", count)
  local body = before .. id .. middle .. os.time() .. after .. "&n=" .. math.random(1000000)
  return wrk.format("POST", nil, headers, body)
end
