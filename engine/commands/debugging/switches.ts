import { defaultReplyBufferRules, type ReplyBufferRules } from "../replyBuffer.ts";

/** What DEBUG switches on and off, one of these a node. */
export interface DebugSwitches {
  /** Keys whose deadline has passed are deleted also if nobody touches them. */
  expiresActively: boolean;
  /** RESTORE takes payloads with wrong checksums. */
  skipsChecksums: boolean;
  /** Scripts may call commands that are not for scripts. */
  allowsAllInScripts: boolean;
  readonly replyBuffer: ReplyBufferRules;
}

export function initialSwitches(): DebugSwitches {
  return {
    expiresActively: true,
    skipsChecksums: false,
    allowsAllInScripts: false,
    replyBuffer: { ...defaultReplyBufferRules },
  };
}
