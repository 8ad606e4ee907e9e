/** Users that the options name: "user" lines, or the file of aclfile. Read once at the start, so that a mistake ends it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AclFile } from "../../engine/access/aclFile.ts";
import { readConfiguredUsers } from "../../engine/access/configuredUsers.ts";
import type { User } from "../../engine/access/user.ts";
import { commandTable } from "../../engine/commands/table.ts";
import type { InitialValues } from "../../engine/settings/settings.ts";
import { isSystemError, sentenceOf } from "../systemError.ts";
import { rewriteFile } from "../host/rewriteFile.ts";
import type { Log } from "../log.ts";
import { OptionError } from "./optionError.ts";

export interface ConfiguredUsers {
  readonly users: ReadonlyMap<string, User>;
  /** Undefined without aclfile. */
  readonly aclFile: AclFile | undefined;
}

/** `lines` are the words behind "user"; a relative path of the file lies in `dir`, as in Redis. */
export function configuredUsers(
  lines: readonly (readonly string[])[],
  parameters: InitialValues,
  dir: string,
  log: Log,
): ConfiguredUsers {
  const path = parameters.get("aclfile")?.[0] ?? "";
  const aclFile = path === "" ? undefined : aclFileAt(path, dir, log);
  const allowsChannelsFirst = parameters.get("acl-pubsub-default")?.[0] === "allchannels";
  const book = { commands: commandTable, allowsChannelsFirst };
  const read = readConfiguredUsers({ users: lines, aclFile }, book);
  if ("errors" in read) throw new OptionError(read.errors);
  for (const user of read.users.values()) {
    if (!user.isOn) log.warn(`The user '${user.name}' is disabled: its rules do not say "on"`);
  }
  return { users: read.users, aclFile };
}

function aclFileAt(name: string, dir: string, log: Log): AclFile {
  const path = resolve(dir, name);
  return {
    name,
    read() {
      try {
        return { text: readFileSync(path, "latin1") };
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return { why: sentenceOf(error) };
      }
    },
    write(text) {
      try {
        rewriteFile(path, () => text);
        return true;
      } catch (error) {
        if (!isSystemError(error)) throw error;
        log.warn(`ACL SAVE could not write ${path}: ${sentenceOf(error)}`);
        return false;
      }
    },
  };
}
