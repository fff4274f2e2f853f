/**
 * Exponentials, logarithms and cosines that are the same to the last bit on every engine: made of operations that the
 * standard defines exactly, where `Math.exp`, `Math.log`, `**` and `Math.cos` may differ from one version of Node.js
 * to the next.
 *
 * The coefficients and the order of operations are those of fdlibm: Copyright (C) 1993, 2004 by Sun Microsystems, Inc.
 * All rights reserved. Permission to use, copy, modify, and distribute this software is freely granted, provided that
 * this notice is preserved.
 */

/** What is left of a whole number when it is divided, from 0 to below `divisor`, for numbers below 0 too. */
export function modulo(value: number, divisor: number): number {
  const rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;

/** Powers of two from -1022 to 1023. */
const POWERS_OF_TWO = Float64Array.from({ length: 2046 });
for (let i = 0, power = 1; i <= 1023; i++, power *= 2) {
  POWERS_OF_TWO[1022 + i] = power;
  if (i < 1023) POWERS_OF_TWO[1022 - i] = 1 / power;
}

/** e to the power of `x`, for results that are no denormal numbers. */
export function exp(x: number): number {
  if (x > 709.78) return Number.POSITIVE_INFINITY;
  if (x < -708) return 0;
  const size = Math.abs(x);
  let k = 0;
  if (size > 0.5 * Math.LN2) {
    if (size < 1.5 * Math.LN2) k = x < 0 ? -1 : 1;
    else k = Math.trunc(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
  }
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 +
            t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  if (k === 0) return 1 - ((r * c) / (c - 2) - r);
  return (1 - (low - (r * c) / (2 - c) - high)) * (POWERS_OF_TWO[k + 1022] as number);
}

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);
FLOAT[0] = 1;
/** Of the word with sign and exponent. */
const HIGH_WORD = WORDS[0] === 0 ? 1 : 0;

/** Natural logarithm of a positive number that is not denormal. */
export function log(x: number): number {
  FLOAT[0] = x;
  const word = WORDS[HIGH_WORD] as number;
  const fraction = word & 0xfffff;
  // To between half the root of two and the root of two.
  const shift = (fraction + 0x95f64) & 0x100000;
  WORDS[HIGH_WORD] = fraction | (shift ^ 0x3ff00000);
  const k = (word >>> 20) - 1023 + (shift >>> 20);
  const f = (FLOAT[0] as number) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const even =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const half = 0.5 * f * f;
  const rest = s * (half + odd + even);
  return k * LN2_HIGH - (half - (rest + k * LN2_LOW) - f);
}

/** `base` to the power of `exponent`, for bases from 0 on and exponents above 0; good to about 14 digits. */
export function power(base: number, exponent: number): number {
  return base === 0 ? 0 : exp(exponent * log(base));
}

function kernelSine(x: number, rest: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return x - (z * (0.5 * rest - v * r) - rest - v * -0.16666666666666632);
}

function kernelCosine(x: number, rest: number): number {
  const z = x * x;
  const r =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = 0.5 * z;
  const w = 1 - half;
  return w + (1 - w - half + (z * r - x * rest));
}

const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

/** Sine of an angle that is a quarter turn `quarters` times further on; angles up to some thousand turns. */
function sineAfter(x: number, quarters: number): number {
  const n = Math.round(x / (Math.PI / 2));
  const r = x - n * HALF_PI_HIGH;
  const w = n * HALF_PI_LOW;
  const y = r - w;
  const rest = r - y - w;
  const quadrant = (((n + quarters) % 4) + 4) % 4;
  const value = quadrant % 2 === 0 ? kernelSine(y, rest) : kernelCosine(y, rest);
  return quadrant < 2 ? value : -value;
}

export function sin(x: number): number {
  return sineAfter(x, 0);
}

export function cos(x: number): number {
  return sineAfter(x, 1);
}
