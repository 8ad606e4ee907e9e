/** What instructions, tasks and functions of JavaScript tell the loop over instructions when they stop. */

/** What instructions, or a task, stop for: the call that the host began has ended, the budget is used up, another frame runs. */
export const ENDED = 0;
export const PAUSED = 1;
export const TURNED = 2;
/** The call has ended, and its caller's frame goes on where the results stand. */
export const RETURNED = 3;
/** The loop over instructions is to go on at this one: a function of JavaScript cannot. */
export const STEPPED = 4;
/** A table has grown by `growth` of the machine, which is not counted yet. */
export const GROWN = 5;
