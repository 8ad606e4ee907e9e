/** A command line or configuration file that cannot be followed; the message is for the operator. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}
