export function AccountsPage(_: any) { return null; }
