/** A data folder that this server must not or cannot use; the message is for the operator. */
export class FolderError extends Error {
  override readonly name = "FolderError";
}
