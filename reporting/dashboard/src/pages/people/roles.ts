// What roles are called.
import { choices, type Role } from "centre-api";
import { say } from "../../core/language";
import type { Choice } from "../../ui/form";

export const roleText = (role: Role): string => say(`role_${role}`);

export const roleChoices = (): Choice<Role>[] => choices.Role.map((role) => [role, roleText(role)]);
