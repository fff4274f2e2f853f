// A reporter: posts how a run ended to the webhook of a chat (Slack, Mattermost, Google Chat and others take {"text": …}).
//
//   echo https://chat.example/hooks/123 > webhook.txt
//   trafficinator run --sink --visits-per-day 200000 --for 20s --plugin './chat.mjs {"file": "webhook.txt"}'

export default {
  name: 'chat',
  apiVersion: 1,
  version: '1.0.0',
  description: 'Posts how a run ended to the webhook of a chat.',
  options: {
    type: 'object',
    properties: {
      // The address is a secret, and options are not: they are shown and kept with the run.
      file: {
        type: 'string',
        description: "File with the webhook's address, from the folder of the plugin.",
      },
    },
    required: ['file'],
  },

  setup({ options: { file }, readFile }) {
    const url = readFile(file).trim();
    return {
      reporters: {
        webhook: {
          // May be asynchronous. If it fails, the run goes on, and a warning says so.
          async summary({ exitCode, total }) {
            const { command, visits, hits } = total;
            const how = exitCode === 0 ? 'done' : `ended with exit code ${exitCode}`;
            const text = `${command} ${how}: ${visits.complete} of ${visits.planned} visits complete, ${hits.accepted} hits accepted`;
            const response = await fetch(url, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ text }),
            });
            if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
          },
        },
      },
    };
  },
};
