export function AuditPage(_: any) { return null; }
