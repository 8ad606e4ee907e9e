/** One picture, from its ground to what lies over it. */
import type { Drawn } from "./hit.ts";
import { paintLanes } from "./paintLanes.ts";
import { paintLatency } from "./paintLatency.ts";
import {
  messageLines,
  paintMessages,
  paintPath,
  paintSelection,
  paintTimeMarks,
} from "./paintMarks.ts";
import { operationBars, paintOperations } from "./paintOperations.ts";
import { paintFaults, paintOutages, paintThroughput } from "./paintPlots.ts";
import { paintTruthGrounds, paintTruths } from "./paintTruths.ts";
import type { Scene } from "./scene.ts";
import type { Surface } from "./surface.ts";

export function paint(surface: Surface, scene: Scene): Drawn {
  const { geometry } = scene;
  const { left, right, axis } = geometry;
  const drawn = { bars: operationBars(scene), messages: messageLines(scene) };
  surface.clip({ x: left, y: 0, width: right - left, height: axis.top }, () => {
    paintTruthGrounds(surface, scene);
    paintLanes(surface, scene);
    paintFaults(surface, scene);
    if (geometry.hasOperations) {
      paintThroughput(surface, scene);
      paintLatency(surface, scene);
      paintOperations(surface, scene, drawn.bars);
      paintOutages(surface, scene);
    }
    paintTruths(surface, scene);
    paintMessages(surface, scene, drawn.messages);
    paintSelection(surface, scene, drawn.bars);
    paintPath(surface, scene);
    paintTimeMarks(surface, scene);
  });
  return drawn;
}
