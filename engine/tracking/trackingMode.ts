/** What one connection has asked for by CLIENT TRACKING. */
export interface TrackingMode {
  /** Client id of the connection that is told; 0: this one itself. */
  redirect: number;
  /** BCAST: told of every key that begins with a prefix, read or not. */
  isBroadcast: boolean;
  /** OPTIN: keys are remembered only after CLIENT CACHING YES. */
  isOptIn: boolean;
  /** OPTOUT: keys are remembered save after CLIENT CACHING NO. */
  isOptOut: boolean;
  /** NOLOOP: not told of what it changes itself. */
  isNoLoop: boolean;
  /** CLIENT CACHING was called: it counts for the next command or transaction. */
  isCachingGiven: boolean;
  /** The connection that should be told was gone when there was something to tell. */
  isRedirectBroken: boolean;
  /** Of BCAST. */
  readonly prefixes: Set<string>;
}

/** What CLIENT TRACKING ON was given. */
export interface TrackingOptions {
  readonly redirect: number;
  readonly isBroadcast: boolean;
  readonly isOptIn: boolean;
  readonly isOptOut: boolean;
  readonly isNoLoop: boolean;
  readonly prefixes: readonly string[];
}

/** The keys that a connection in this mode reads are remembered. */
export function remembersReads(mode: TrackingMode): boolean {
  if (mode.isBroadcast) return false;
  if (mode.isOptIn) return mode.isCachingGiven;
  return !(mode.isOptOut && mode.isCachingGiven);
}
