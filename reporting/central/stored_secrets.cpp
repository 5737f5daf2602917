// One secret after the other: what a stop leaves open is sealed at the next start.
#include "reporting/central/stored_secrets.h"

#include "reporting/central/integration/store.h"
#include "reporting/central/people/user_store.h"

namespace wardwatch {

namespace {

bool open_still(const std::string& secret) { return !secret.empty() && !Sealing::is_sealed(secret); }

}  // namespace

void seal_stored_secrets(sql::Database& database, const Sealing& sealing) {
    Users users{database};
    for (const User& user : users.all()) {
        if (open_still(user.totp_secret))
            users.seal_totp_secret(user.name, sealing.seal(user.totp_secret, totp_purpose(user.name)));
    }
    Integrations integrations{database};
    for (const Webhook& webhook : integrations.webhooks()) {
        if (open_still(webhook.secret))
            integrations.seal_webhook_secret(webhook.id, sealing.seal(webhook.secret, webhook_purpose));
    }
}

}  // namespace wardwatch
