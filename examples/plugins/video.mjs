// A video player as a type of funnel step: play, 25, 50 and 75 % watched, and the end, as players report them.
//
//   trafficinator run --sink --plugin ./video.mjs --funnel-config-path video-funnel.yaml --dry-run

export default {
  name: 'player',
  apiVersion: 1,
  version: '1.0.0',
  description: 'Funnel steps of the type player/video: a video that some visitors watch to its end.',

  setup() {
    return {
      steps: {
        video: {
          schema: {
            type: 'object',
            properties: {
              video: { type: 'string', description: 'Title of the video.' },
              seconds: { type: 'integer', minimum: 4, maximum: 3600, default: 120 },
              finish: {
                type: 'number',
                minimum: 0,
                maximum: 1,
                default: 0.4,
                description: 'Share that sees the end.',
              },
            },
            required: ['video'],
          },
          longestMs: 3_600_000,
          write({ random }, { video, seconds, finish }) {
            const event = (action, value) => ({
              type: 'event',
              category: 'Video',
              action,
              name: video,
              value,
            });
            const steps = [event('play', 0)];
            // The same share leaves in each quarter, so that in the end the given share is left.
            const stays = finish ** (1 / 4);
            for (const [action, percent] of [
              ['progress', 25],
              ['progress', 50],
              ['progress', 75],
              ['end', 100],
            ]) {
              if (!random.chance(stays)) return steps;
              steps.push({ ...event(action, percent), afterSeconds: seconds / 4 });
            }
            return steps;
          },
        },
      },
    };
  },
};
