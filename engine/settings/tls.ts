/** Parameters of TLS, as Redis 7.0.15 has them when it is built with it. */
import { INT_MAX, number } from "./number.ts";
import { flag, text, word, type Parameter, type ParameterOptions } from "./parameter.ts";

const file: ParameterOptions = { traits: ["file"] };

export const tls: readonly Parameter[] = [
  number("tls-port", 0n, 0n, 65535n),
  number("tls-session-cache-size", 20480n, 0n, INT_MAX),
  number("tls-session-cache-timeout", 300n, 0n, INT_MAX),
  flag("tls-cluster", false),
  flag("tls-replication", false),
  word("tls-auth-clients", ["no", "yes", "optional"], "yes"),
  flag("tls-prefer-server-ciphers", false),
  flag("tls-session-caching", true),
  text("tls-cert-file", "", file),
  text("tls-key-file", "", file),
  text("tls-key-file-pass", "", { traits: ["sensitive"] }),
  text("tls-client-cert-file", "", file),
  text("tls-client-key-file", "", file),
  text("tls-client-key-file-pass", "", { traits: ["sensitive"] }),
  text("tls-dh-params-file", "", file),
  text("tls-ca-cert-file", "", file),
  text("tls-ca-cert-dir", "", file),
  text("tls-protocols", ""),
  text("tls-ciphers", ""),
  text("tls-ciphersuites", ""),
];
