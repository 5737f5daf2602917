export function UsersPage(_: any) { return null; }
