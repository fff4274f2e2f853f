// Shapes that published studies give to distributions, fitted to ours, and how far ours are from them.

/** The standard normal's distribution function, after Abramowitz and Stegun 7.1.26: good to 7 digits. */
function normal(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Largest distance between two distribution functions: Kolmogorov and Smirnov's. */
function distance(values, cumulative) {
  const sorted = [...values].sort((a, b) => a - b);
  let most = 0;
  sorted.forEach((value, i) => {
    if (value === sorted[i + 1]) return;
    const expected = cumulative(value);
    most = Math.max(most, Math.abs((i + 1) / sorted.length - expected));
  });
  return most;
}

/** Log-normal by its moments: time on a page (TeBlunthuis and others, “Dwelling on Wikipedia”, OpenSym 2019). */
export function logNormal(values) {
  const logs = values.filter((value) => value > 0).map(Math.log);
  const mu = mean(logs);
  const sigma = Math.sqrt(mean(logs.map((log) => (log - mu) ** 2)));
  const cumulative = (x) => normal((Math.log(x) - mu) / sigma);
  return { median: Math.exp(mu), sigma, cumulative, distance: distance(values, cumulative) };
}

/**
 * Inverse Gaussian by maximum likelihood: pages of a visit (Huberman, Pirolli, Pitkow and Lukose, “Strong Regularities in
 * World Wide Web Surfing”, Science 1998). Pages are whole numbers: half a page is added before it is looked up.
 */
export function inverseGaussian(values) {
  const mu = mean(values);
  const lambda = 1 / mean(values.map((value) => 1 / value - 1 / mu));
  const at = (x) => {
    const root = Math.sqrt(lambda / x);
    return normal(root * (x / mu - 1)) + Math.exp((2 * lambda) / mu) * normal(-root * (x / mu + 1));
  };
  const cumulative = (x) => at(x + 0.5);
  return { mu, lambda, cumulative, distance: distance(values, cumulative) };
}

/** Slope of the share of gaps above x on two logarithmic scales, from one day to thirty. */
export function survivalSlope(gaps) {
  const points = [1, 1.5, 2, 3, 5, 7, 10, 14, 20, 30].map((days) => [
    Math.log(days),
    Math.log(gaps.filter((gap) => gap > days).length / gaps.length),
  ]);
  const [x, y] = [mean(points.map(([a]) => a)), mean(points.map(([, b]) => b))];
  const top = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return top / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/** How much more the days vary than chance alone would have them: 1 for chance alone. */
export function overdispersion(days) {
  const average = mean(days);
  return mean(days.map((day) => (day - average) ** 2)) / average;
}
