-- For pages that count and filter at 100,000 PCs. Each holds all that is asked of its rows, so that none is looked up.
DROP INDEX devices_by_grave;
CREATE INDEX devices_by_grave ON devices(grave, revoked_at, unit_id, host_name, device_id) WHERE grave > 0;
DROP INDEX verdicts_by_failed_rule;
CREATE INDEX verdicts_by_failed_rule ON verdicts(rule, device_id, status, waiver_id) WHERE status = 'fail';
CREATE INDEX web_accounts_figures ON web_accounts(system_id, unit_id, gone_at, disabled, password_changed_on,
    last_login_on, revocation);
