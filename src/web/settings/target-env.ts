/** What the settings of each of several targets are called. */

/** The first target has the plain names, the others a number behind. */
export const targetEnv = (env: string, number: number) =>
  number === 1 && env !== 'MATOMO_WEIGHT' && env !== 'MATOMO_NAME' ? env : `${env}_${number}`;
