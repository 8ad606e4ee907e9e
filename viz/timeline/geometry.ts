/** Where the parts of the picture lie, top to bottom, for one width of the page. */

export interface Band {
  readonly top: number;
  readonly height: number;
}

export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly faults: Band;
  readonly throughput: Band;
  readonly latency: Band;
  readonly operations: Band;
  readonly outages: Band;
  readonly truths: Band;
  readonly lanes: Band;
  readonly axis: Band;
  /** False: nobody has told of operations, and the bands for them are empty. */
  readonly hasOperations: boolean;
}

const axisHeight = 26;
export const outageRow = 18;

export function geometryFor(
  width: number,
  truthsHeight: number,
  lanesHeight: number,
  hasOperations: boolean = true,
): Geometry {
  const isNarrow = width < 600;
  const faults = { top: 0, height: 22 };
  const own = (above: Band, gap: number, height: number): Band =>
    hasOperations ? below(above, gap, height) : below(above, 0, 0);
  const throughput = own(faults, 16, isNarrow ? 54 : 62);
  const latency = own(throughput, 24, isNarrow ? 96 : 112);
  const operations = own(latency, 20, 40);
  const outages = own(operations, 8, outageRow * 2 + 2);
  const truths = below(outages, truthsHeight === 0 ? 0 : 4, truthsHeight);
  const lanes = below(truths, 4, lanesHeight);
  const axis = below(lanes, 0, axisHeight);
  return {
    width,
    height: axis.top + axis.height,
    left: isNarrow ? 66 : 96,
    right: width - (isNarrow ? 8 : 16),
    faults,
    throughput,
    latency,
    operations,
    outages,
    truths,
    lanes,
    axis,
    hasOperations,
  };
}

function below(above: Band, gap: number, height: number): Band {
  return { top: above.top + above.height + gap, height };
}

export function contains(band: Band, y: number, slack: number = 0): boolean {
  return y >= band.top - slack && y < band.top + band.height + slack;
}
