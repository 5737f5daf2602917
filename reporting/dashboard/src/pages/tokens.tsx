export function TokensPage(_: any) { return null; }
