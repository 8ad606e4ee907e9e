/**
 * The envelope of every message between machines of the engine.
 *
 *     offset 0   u8  'A'
 *            1   u8  protocol version
 *            2   u8  message kind (one number a kind, see messageKinds)
 *            3   u8  zero
 *            4   u32 length of the body
 *            8   u32 CRC-32C of bytes [0, 8) and the body
 *           12   body
 */
import { crc32c } from "./crc32c.ts";
import { ByteReader, u32At } from "./reader.ts";
import { ByteWriter } from "./writer.ts";

const protocolVersion = 1;
const frameHeaderBytes = 12;
const FRAME_MARK = 0x41;

/** Every message kind of the cluster with its number on the wire. Numbers are never used again for another meaning. */
export const messageKinds = {
  // database node → log node, and back
  logAppend: 1,
  logAppendReply: 2,
  logFollow: 3,
  logFollowAck: 4,
  logEntries: 5,
  logTail: 6,
  logTailReply: 7,
  logTrim: 8,
  logUnfollow: 9,
  // log node ↔ log node
  raftVote: 20,
  raftVoteReply: 21,
  raftAppend: 22,
  raftAppendReply: 23,
  raftHeartbeat: 24,
  raftHeartbeatReply: 25,
  raftTimeoutNow: 26,
  raftInstall: 27,
  raftRepairHello: 28,
  raftRepairHelloReply: 29,
  raftReadIndex: 30,
  raftReadIndexReply: 31,
  // database node ↔ database node
  topologyNews: 40,
  handoverHint: 41,
  publish: 42,
  usersNews: 43,
  usersDigest: 44,
  // monitor ↔ everybody
  statusAsk: 50,
  statusReply: 51,
  formatDisk: 52,
  failoverAsk: 53,
  logTransferAsk: 54,
} as const;

export type MessageKind = keyof typeof messageKinds;

const kindByNumber: readonly (MessageKind | undefined)[] = kindsByNumber();

function kindsByNumber(): (MessageKind | undefined)[] {
  const kinds: (MessageKind | undefined)[] = Array.from({ length: 256 }, () => undefined);
  for (const [kind, number] of Object.entries(messageKinds)) kinds[number] = kind as MessageKind;
  return kinds;
}

/** A writer positioned behind the header of a new frame; fill the body and hand it to `finishFrame`. */
export function beginFrame(writer: ByteWriter, kind: MessageKind): ByteWriter {
  writer.u8(FRAME_MARK);
  writer.u8(protocolVersion);
  writer.u8(messageKinds[kind]);
  writer.u8(0);
  writer.u32(0);
  writer.u32(0);
  return writer;
}

/** Fills in length and checksum and takes the frame out of the writer. */
export function finishFrame(writer: ByteWriter): Uint8Array {
  writer.patchU32(4, writer.lengthBytes - frameHeaderBytes);
  writer.patchU32(8, checksum(writer.peek()));
  return writer.take();
}

/** A decoded envelope: the body is a reader over the frame's own bytes. On damage `kind` is undefined and `why` tells. */
export interface OpenedFrame {
  readonly kind: MessageKind | undefined;
  readonly body: ByteReader;
  readonly why: string;
}

/** Checks mark, version, length and checksum. The caller drops and counts what it cannot read. */
export function openFrame(frame: Uint8Array): OpenedFrame {
  const why = reasonToDrop(frame);
  const kind = why === "" ? kindByNumber[frame[2] as number] : undefined;
  if (kind === undefined)
    return { kind, body: EMPTY, why: why === "" ? `unknown kind ${frame[2]}` : why };
  return { kind, body: new ByteReader(frame, frameHeaderBytes), why };
}

function reasonToDrop(frame: Uint8Array): string {
  if (frame.length < frameHeaderBytes) return "shorter than a header";
  if (frame[0] !== FRAME_MARK) return "not a frame";
  if (u32At(frame, 8) !== checksum(frame)) return "checksum";
  if (frame[1] !== protocolVersion) return `protocol version ${frame[1]}`;
  if (u32At(frame, 4) !== frame.length - frameHeaderBytes) return "length";
  return "";
}

function checksum(frame: Uint8Array): number {
  return crc32c(frame, frameHeaderBytes, frame.length, crc32c(frame, 0, 8));
}

const EMPTY: ByteReader = new ByteReader(new Uint8Array(0));
