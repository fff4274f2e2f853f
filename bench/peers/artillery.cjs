// Artillery's processor: the hit of each request is made anew.
const { createHits } = require('./hit.cjs');

const next = createHits(process.env.BODY);

function makeHit(request, _context, _events, done) {
  request.body = next();
  return done();
}

module.exports = { makeHit };
