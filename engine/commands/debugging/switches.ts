import { defaultReplyBufferRules, type ReplyBufferRules } from "../replyBuffer.ts";

/** What DEBUG switches on and off, one of these a node. */
export interface DebugSwitches {
  /** Keys whose deadline has passed are deleted also if nobody touches them. */
  expiresActively: boolean;
  /** A node that is to end does not begin to: whoever tests how that is taken back has time. */
  pausesCron: boolean;
  /** RESTORE takes payloads with wrong checksums. */
  skipsChecksums: boolean;
  /** Scripts may call commands that are not for scripts. */
  allowsAllInScripts: boolean;
  readonly replyBuffer: ReplyBufferRules;
}

export function initialSwitches(): DebugSwitches {
  return {
    expiresActively: true,
    pausesCron: false,
    skipsChecksums: false,
    allowsAllInScripts: false,
    replyBuffer: { ...defaultReplyBufferRules },
  };
}
