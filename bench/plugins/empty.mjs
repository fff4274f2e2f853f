// A hook that is called for every visit and does nothing.
export default {
  name: 'empty',
  apiVersion: 1,
  setup: () => ({ dimensions: { none: { id: 99, scope: 'visit', value: () => undefined } } }),
};
