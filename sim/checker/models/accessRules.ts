/**
 * Users and their rights as the kind "users" changes and uses them, written from Redis's documentation and apart from the engine: the
 * rules of ACL SETUSER that the load draws, and which of them a command needs. It knows no categories, selectors or channels.
 */

/** Values are plain, so that a state can be told as text. */
export interface Account {
  readonly isOn: boolean;
  readonly needsNoPassword: boolean;
  /** Sorted. */
  readonly passwords: readonly string[];
  readonly allowsAll: boolean;
  /** Sorted: commands for which the contrary of `allowsAll` holds. */
  readonly except: readonly string[];
  readonly allKeys: boolean;
  readonly keys: readonly { readonly key: string; readonly access: string }[];
}

const nobody: Account = {
  isOn: false,
  needsNoPassword: false,
  passwords: [],
  allowsAll: false,
  except: [],
  allKeys: false,
  keys: [],
};

/** What ACL SETUSER makes of a user, or of nobody; undefined if one of the rules is refused, and so all. */
export function changed(
  account: Account | undefined,
  rules: readonly string[],
): Account | undefined {
  let made: Account | undefined = account ?? nobody;
  for (const rule of rules) {
    if (made === undefined) return undefined;
    made = withRule(made, rule);
  }
  return made;
}

function withRule(account: Account, rule: string): Account | undefined {
  const { passwords } = account;
  switch (rule) {
    case "on":
    case "off":
      return { ...account, isOn: rule === "on" };
    case "nopass":
      return { ...account, needsNoPassword: true, passwords: [] };
    case "resetpass":
      return { ...account, needsNoPassword: false, passwords: [] };
    case "+@all":
    case "-@all":
      return { ...account, allowsAll: rule === "+@all", except: [] };
    case "~*":
      return { ...account, allKeys: true, keys: [] };
    case "resetkeys":
      return { ...account, allKeys: false, keys: [] };
    case "reset":
      return nobody;
    default:
  }
  const rest = rule.slice(1);
  switch (rule.charAt(0)) {
    case ">":
      return { ...account, needsNoPassword: false, passwords: including(passwords, rest) };
    case "<":
      if (!passwords.includes(rest)) return undefined;
      return { ...account, passwords: passwords.filter((one) => one !== rest) };
    case "+":
    case "-":
      return withCommand(account, rest, rule.startsWith("+"));
    default: {
      const parts = /^(?:%(R|W|RW))?~(.+)$/.exec(rule);
      if (parts === null) throw new Error(`the load draws no rule ${rule}`);
      const key = { key: parts[2] as string, access: parts[1] ?? "RW" };
      return { ...account, keys: [...account.keys, key] };
    }
  }
}

function withCommand(account: Account, command: string, isAllowed: boolean): Account {
  const { allowsAll, except } = account;
  const rest = except.filter((one) => one !== command);
  return { ...account, except: isAllowed === allowsAll ? rest : including(rest, command) };
}

function including(list: readonly string[], item: string): readonly string[] {
  return list.includes(item) ? list : [...list, item].toSorted();
}

export function mayLogIn(account: Account | undefined, password: string): boolean {
  if (account?.isOn !== true) return false;
  return account.needsNoPassword || account.passwords.includes(password);
}

/** What a command does with its keys: R read, W write. */
const accessOf: Readonly<Record<string, string>> = {
  GET: "R",
  SET: "W",
  LPUSH: "W",
  BLPOP: "RW",
  EVAL: "RW",
};

/** Whether a user may run a command on these keys, each of which one of the user's patterns must cover wholly. */
export function mayRun(account: Account, command: string, keys: readonly string[]): boolean {
  const isExcepted = account.except.includes(command.toLowerCase());
  if (isExcepted === account.allowsAll) return false;
  const needed = accessOf[command] ?? "RW";
  return keys.every(
    (key) =>
      account.allKeys || account.keys.some((one) => one.key === key && one.access.includes(needed)),
  );
}
