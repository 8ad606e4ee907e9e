/** The timeline's own keys, while it has the focus. */
import type { TimelineRun, Vocabulary } from "./contract.ts";
import { nextAfter, nextElectionUs } from "./jumps.ts";
import type { Span } from "./stream.ts";

export interface KeyTarget {
  span(): Span;
  whole(): Span;
  run(): TimelineRun | undefined;
  vocabulary(): Vocabulary | undefined;
  /** Where the pointer is, or the instant, or the middle. */
  cursorUs(): number;
  show(span: Span): void;
  zoom(factor: number): void;
  goTo(atUs: number): void;
  take(atUs: number): void;
  nudgeFault(byUs: number): void;
  clear(): void;
}

/** A part of the view that one press moves by. */
const STEP = 1 / 8;
const FAULT_STEP = 1 / 100;

export function listenToTimelineKeys(stage: HTMLElement, target: KeyTarget): void {
  stage.addEventListener("keydown", (event) => {
    const act = actionOf(event, target);
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

function actionOf(event: KeyboardEvent, target: KeyTarget): (() => void) | undefined {
  const { fromUs, untilUs } = target.span();
  const spanUs = untilUs - fromUs;
  const run = target.run();
  const move = (byUs: number) => (): void =>
    target.show({ fromUs: fromUs + byUs, untilUs: untilUs + byUs });
  const jump = (atUs: number | undefined): void => {
    if (atUs !== undefined) target.goTo(atUs);
  };
  const jumpBy = (direction: 1 | -1) => (): void =>
    jump(nextAfter(momentsOf(run), (fromUs + untilUs) / 2, direction));
  const take = (): void => target.take(target.cursorUs());
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: move(-spanUs * STEP),
    ArrowRight: move(spanUs * STEP),
    ShiftArrowLeft: () => target.nudgeFault(-spanUs * FAULT_STEP),
    ShiftArrowRight: () => target.nudgeFault(spanUs * FAULT_STEP),
    "+": () => target.zoom(2),
    "=": () => target.zoom(2),
    "-": () => target.zoom(0.5),
    "0": () => target.show(target.whole()),
    Home: move(target.whole().fromUs - fromUs),
    End: move(target.whole().untilUs - untilUs),
    "]": jumpBy(1),
    "[": jumpBy(-1),
    f: () => jump(nextAfter(faultsOf(run), -Infinity, 1)),
    v: () => jump(nextAfter(violationsOf(run), -Infinity, 1)),
    e: () => jump(nextElectionUs(run, target.vocabulary(), target.cursorUs())),
    Enter: take,
    " ": take,
    Escape: () => target.clear(),
  };
  const isShifted = event.shiftKey && event.key.startsWith("Arrow");
  return actions[isShifted ? `Shift${event.key}` : event.key];
}

function momentsOf(run: TimelineRun | undefined): readonly number[] {
  const loadedUs = run?.outline.loadedUs ?? 0;
  return (run?.moments ?? []).map(({ atUs }) => atUs + loadedUs);
}

function faultsOf(run: TimelineRun | undefined): readonly number[] {
  return (run?.outline.faults ?? []).map(({ fromUs }) => fromUs);
}

function violationsOf(run: TimelineRun | undefined): readonly number[] {
  return (run?.checks ?? []).flatMap(({ verdict, atUs }) =>
    verdict === "ok" || atUs === undefined ? [] : [atUs],
  );
}
