export function AccountPage(_: any) { return null; }
