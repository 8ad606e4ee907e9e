/** What the operating system refused, in words that say what to do next. */

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/** What is read of an error; of one of `listen` where it was. */
interface SystemRefusal extends Pick<NodeJS.ErrnoException, "code" | "syscall" | "message"> {
  readonly address?: string;
  readonly port?: number;
}

export function sentenceOf(error: SystemRefusal): string {
  const { code, syscall, message, address = "", port } = error;
  if (syscall !== "listen") return message;
  switch (code ?? "") {
    case "EADDRINUSE":
      // The beginning is what tools that start a Redis look for.
      return `Failed listening on port ${port}: another program uses it on ${address}; choose another with port=N (a cluster takes one port a node from there on)`;
    case "EACCES":
      return `Failed listening on port ${port}: this user may not open it; ports from 1024 on need no privilege`;
    case "EADDRNOTAVAIL":
      return `Failed listening on port ${port}: this computer has no address ${address}; see bind=`;
    default:
      return message;
  }
}
