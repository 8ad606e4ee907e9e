/** Kinds of scheduled events, and what their `a`, `b` and payload mean. Numbers enter the digest. */

/** A frame reaches its receiver's machine: link index, link generation, frame. */
export const FRAME_ARRIVES = 1;
/** A machine has finished its step and looks at its queue: machine index, process number. */
export const MACHINE_FREE = 2;
/** A machine's alarm: machine index, process number. */
export const ALARM = 3;
/** A disk finished a sync: machine index, process number, ticket as payload. */
export const SYNC_DONE = 4;
/** A disk answers a read: machine index, process number, ReadAnswer. */
export const READ_DONE = 5;
/** A machine learns that a peer's connection broke: machine index, process number, the peer's name. */
export const PEER_LOST = 6;
/** A piece of a client's stream arrives: connection id, direction, StreamPiece. */
export const STREAM_ARRIVES = 7;
/** Held pieces of a client's stream are sent again: connection id, direction. */
export const STREAM_RESENT = 8;
/** A timer of the clients: token. */
export const CLIENT_TIMER = 9;
/** A rare action of the world or of a fault: payload is a function. */
export const ACTION = 10;
