/**
 * Delays as quantile tables, in integer microseconds. They are data and not formulas because `Math.log` and its kin may
 * differ in the last bit between JavaScript engines. Shape: a floor plus a log-normal tail.
 */

/**
 * body: quantiles 0, 0.05 … 0.90, 0.95 (20 values); shoulder: 0.96, 0.97, 0.98, 0.99; tail: 0.991 … 0.999, and the greatest
 * delay at 1 (10 values).
 */
export interface QuantileTable {
  readonly bodyUs: readonly number[];
  readonly shoulderUs: readonly number[];
  readonly tailUs: readonly number[];
}

/** One way between two zones: median 0.5 ms, p99 1.5 ms. */
export const crossZoneDelay: QuantileTable = {
  bodyUs: [
    322, 356, 375, 390, 405, 419, 434, 449, 465, 482, 500, 520, 543, 569, 600, 636, 682, 744, 837,
    1010,
  ],
  shoulderUs: [1070, 1151, 1273, 1500],
  tailUs: [1537, 1579, 1627, 1685, 1754, 1842, 1960, 2136, 2461, 3808],
};

/** One way inside a zone: median 0.1 ms, p99 0.4 ms. */
export const sameZoneDelay: QuantileTable = {
  bodyUs: [
    55, 63, 67, 71, 75, 78, 82, 86, 90, 95, 100, 106, 112, 119, 128, 138, 151, 169, 196, 248,
  ],
  shoulderUs: [266, 291, 329, 400],
  tailUs: [412, 425, 441, 459, 481, 510, 548, 605, 713, 1172],
};

/** One way between two zones of a wide network: a floor of 2 ms and an exponential tail, median 4.8 ms, p99 20.4 ms. */
const wideCrossZoneDelay: QuantileTable = {
  bodyUs: [
    2000, 2205, 2421, 2650, 2893, 3151, 3427, 3723, 4043, 4391, 4773, 5194, 5665, 6199, 6816, 7545,
    8438, 9588, 11210, 13983,
  ],
  shoulderUs: [14876, 16026, 17648, 20421],
  tailUs: [20842, 21313, 21847, 22464, 23193, 24086, 25237, 26858, 29631, 38841],
};

/** One way inside a zone of a wide network: a floor of 0.4 ms and an exponential tail, median 1.0 ms, p99 4.1 ms. */
const wideSameZoneDelay: QuantileTable = {
  bodyUs: [
    400, 441, 484, 530, 579, 630, 685, 745, 809, 878, 955, 1039, 1133, 1240, 1363, 1509, 1688, 1918,
    2242, 2797,
  ],
  shoulderUs: [2975, 3205, 3530, 4084],
  tailUs: [4168, 4263, 4369, 4493, 4639, 4817, 5047, 5372, 5926, 7768],
};

/** Delays of messages, by class of link. */
export interface DelayProfile {
  readonly sameZone: QuantileTable;
  readonly crossZone: QuantileTable;
  readonly client: QuantileTable;
  /** Share of the messages that take any time up to `RARE_US` instead. */
  readonly rareRatio: number;
}

export const delayNames = ["normal", "bimodal", "wide"] as const;
export type DelayName = (typeof delayNames)[number];

const normal = { sameZone: sameZoneDelay, crossZone: crossZoneDelay, client: crossZoneDelay };

export const delayProfiles: Readonly<Record<DelayName, DelayProfile>> = {
  normal: { ...normal, rareRatio: 0 },
  bimodal: { ...normal, rareRatio: 0.001 },
  wide: {
    sameZone: wideSameZoneDelay,
    crossZone: wideCrossZoneDelay,
    client: wideCrossZoneDelay,
    rareRatio: 0,
  },
};

const RARE_US = 50_000;

/** The delay of a message at quantile `u` in [0, 1), where the slowest of all may be rare spikes. */
export function messageDelayAt(table: QuantileTable, rareRatio: number, u: number): number {
  if (rareRatio === 0) return delayAt(table, u);
  const usual = 1 - rareRatio;
  if (u < usual) return delayAt(table, u / usual);
  return Math.floor(((u - usual) / rareRatio) * RARE_US);
}

/** A disk's sync: median 0.5 ms, p99 2 ms. */
export const diskSyncDelay: QuantileTable = {
  bodyUs: [
    233, 285, 312, 335, 357, 378, 400, 423, 447, 472, 500, 530, 565, 604, 649, 704, 774, 867, 1005,
    1265,
  ],
  shoulderUs: [1355, 1477, 1659, 2000],
  tailUs: [2055, 2118, 2191, 2277, 2381, 2513, 2690, 2953, 3442, 5462],
};

/** A disk's read, before its bytes are counted: median 0.09 ms, p99 0.4 ms. */
export const diskReadDelay: QuantileTable = {
  bodyUs: [44, 52, 57, 61, 64, 68, 72, 76, 80, 85, 90, 96, 102, 109, 118, 129, 142, 160, 188, 242],
  shoulderUs: [261, 287, 326, 400],
  tailUs: [412, 426, 442, 461, 485, 515, 555, 615, 728, 1214],
};

/** The delay at quantile `u` in [0, 1), interpolated linearly, in integer microseconds. */
export function delayAt(table: QuantileTable, u: number): number {
  if (u < 0.95) {
    const place = u * 20;
    const index = Math.floor(place);
    return between(table.bodyUs[index] as number, table.bodyUs[index + 1] as number, place - index);
  }
  if (u < 0.99) {
    const place = (u - 0.95) * 100;
    const index = Math.min(3, Math.floor(place));
    const low = (index === 0 ? table.bodyUs[19] : table.shoulderUs[index - 1]) as number;
    return between(low, table.shoulderUs[index] as number, place - index);
  }
  const place = (u - 0.99) * 1000;
  const index = Math.min(9, Math.floor(place));
  const low = (index === 0 ? table.shoulderUs[3] : table.tailUs[index - 1]) as number;
  return between(low, table.tailUs[index] as number, place - index);
}

function between(low: number, high: number, share: number): number {
  return Math.floor(low + (high - low) * share);
}
