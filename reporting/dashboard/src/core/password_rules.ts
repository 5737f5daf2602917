// The dispatch's rules on passwords, checked while one types. The centre has the last word: it knows more (old and
// common passwords).
import { folded, letters } from "./format";

export type PasswordRule =
  "rule_length" | "rule_upper" | "rule_lower" | "rule_digit" | "rule_special" | "rule_name" | "rule_different" |
  "rule_repeated";

export interface CheckedRule {
  rule: PasswordRule;
  kept: boolean;
}

export function checkPassword(password: string, repeated: string, old: string, user: string): CheckedRule[] {
  const own = folded(password);
  const names = folded(user).split(/[^a-z0-9]+/).filter((part) => part.length >= 3);
  return [
    { rule: "rule_length", kept: letters(password) >= 12 },
    { rule: "rule_upper", kept: /\p{Lu}/u.test(password) },
    { rule: "rule_lower", kept: /\p{Ll}/u.test(password) },
    { rule: "rule_digit", kept: /\p{Nd}/u.test(password) },
    { rule: "rule_special", kept: /[^\p{L}\p{M}\p{N}\s]/u.test(password) },
    { rule: "rule_name", kept: password !== "" && !names.some((name) => own.includes(name)) },
    { rule: "rule_different", kept: password !== "" && password !== old },
    { rule: "rule_repeated", kept: password !== "" && password === repeated },
  ];
}
