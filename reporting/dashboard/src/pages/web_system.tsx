export function SystemPage(_: any) { return null; }
