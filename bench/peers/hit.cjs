// One hit made anew for each request, as the peers make it: another visitor, time and random number in the sampled body.
const { readFileSync } = require('node:fs');

/** @param path of a body of one hit */
function createHits(path) {
  const [, before, middle, after] = /^(.*&_id=)[0-9a-f]{16}(.*&cdt=)\d+(.*)$/s.exec(
    readFileSync(path, 'latin1'),
  );
  let count = 0;
  return () => {
    count++;
    const id = count.toString(16).padStart(16, '0');
    const second = Math.floor(Date.now() / 1000);
    return `${before}${id}${middle}${second}${after}&n=${Math.floor(Math.random() * 1_000_000)}`;
  };
}

module.exports = { createHits };
