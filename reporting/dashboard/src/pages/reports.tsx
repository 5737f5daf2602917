export function ReportsPage(_: any) { return null; }
