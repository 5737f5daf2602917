// update add|list|offer|withdraw|remove|status.
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/units/store.h"
#include "reporting/central/updates/store.h"
#include "reporting/central/updates/updates.h"
#include "reporting/policy/reasons.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/version.h"

namespace wardwatch {

namespace {

struct OfferChoice {
    std::string version;
    std::string unit;
    bool all = false;
    std::int64_t percent = 100;
};

std::string mebibytes(std::int64_t bytes) {
    const std::int64_t tenths = bytes * 10 / (1 << 20);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MiB";
}

struct NewPackage {
    std::string file;
    std::string version;
    std::string signer;
};

void add_package(const Cli& cli, const NewPackage& package) {
    sql::Database database = cli.open();
    const Update update = add_update_package(database, package.file, package.version, package.signer, system_now());
    const std::string signer = Settings{database}.get(update_signer_setting).value_or("");
    cli.print(
        {{"version", update.version}, {"size", update.size}, {"sha256", update.sha256}, {"signer_sha256", signer}},
        cli.say("Đã nhận gói phiên bản ", "Placed here: version ") + update.version + ", " + mebibytes(update.size) +
            cli.say(", ký bởi ", ", signed by ") + signer +
            cli.say(". Chưa máy nào được cập nhật: hãy chạy `update offer ", ". No PC takes it yet: `update offer ") +
            update.version + cli.say("`.\n", "` offers it.\n"));
}

void list_packages(const Cli& cli) {
    const sql::Database database = cli.open();
    const std::vector<Update> packages = Updates{database}.all();
    std::vector<std::vector<std::string>> rows{
        {cli.say("Phiên bản", "Version"), cli.say("Cỡ", "Size"), cli.say("Nhận lúc", "Placed at"), "SHA-256"}};
    for (const Update& each : packages)
        rows.push_back({each.version, mebibytes(each.size), vietnam_time(each.added_at), each.sha256});
    cli.print({{"packages", packages_json(packages)}},
              packages.empty() ? cli.say("Chưa có gói nào.\n", "There is no package here.\n")
                               : table(rows, "", Heading::first_row));
}

std::string offer_text(const Cli& cli, const OfferProgress& progress) {
    const auto count = [](std::int64_t number) { return std::to_string(number); };
    std::string text = cli.say("Phiên bản ", "Version ") + progress.offer.version + cli.say(" cho ", " for ") +
                       progress.unit.value_or(cli.say("mọi đơn vị", "all units")) + ", " +
                       count(progress.offer.percent) + "%: " + count(progress.updated) + cli.say(" trên ", " of ") +
                       count(progress.total) + cli.say(" máy đã cập nhật, ", " PCs updated, ") +
                       count(progress.at_work) + cli.say(" đang làm, ", " at work, ") +
                       std::to_string(progress.failures.size()) + cli.say(" lỗi, ", " failed, ") +
                       count(progress.not_yet_asked()) + cli.say(" chưa được yêu cầu\n", " not yet asked\n");
    if (progress.failures.empty()) return text;
    std::vector<std::vector<std::string>> rows{{cli.say("Tên máy", "Host name"), cli.say("Mã máy", "Device id"),
                                                cli.say("Đang dùng", "Has"), cli.say("Lúc", "At"),
                                                cli.say("Lý do", "Reason")}};
    for (const FailedUpdate& failed : progress.failures)
        rows.push_back({failed.device.host_name, failed.device.device_id, failed.device.agent_version,
                        vietnam_time(failed.at), reason_words(failed.problem).in(cli.language)});
    return text + table(rows, "  ", Heading::first_row);
}

void show_offers(const Cli& cli) {
    const sql::Database database = cli.open();
    const std::vector<OfferProgress> offers = offers_in_force(database, system_now());
    std::string text;
    for (const OfferProgress& progress : offers) text += offer_text(cli, progress);
    if (text.empty()) text = cli.say("Không có bản cập nhật nào đang được mời.\n", "No update is offered.\n");
    cli.print({{"offers", offers_json(offers)}}, text);
}

void offer_update(const Cli& cli, const OfferChoice& choice) {
    if (choice.unit.empty() != choice.all)
        throw UsageError(cli.say("Hãy nêu một trong: --unit ĐƠN-VỊ, --all.", "Say one of: --unit UNIT, --all."));
    sql::Database database = cli.open();
    UpdateOffer offer{random_uuid(), choice.version, std::nullopt, choice.percent, system_now()};
    if (!choice.all) offer.unit_id = Units{database}.find(choice.unit).id;
    Updates{database}.add_offer(offer);
    order_updates(database, offer.offered_at);  // the running centre goes on with it
    show_offers(cli);
}

void withdraw_update(const Cli& cli, const std::string& version) {
    sql::Database database = cli.open();
    if (!Updates{database}.withdraw_offers(version, system_now()))
        throw StoreError(cli.say("Phiên bản này không được mời: ", "This version is not offered: ") + version);
    cli.print({{"withdrawn", version}}, cli.say("Đã rút lời mời. Máy đã bắt đầu thì vẫn cập nhật xong.\n",
                                                "Withdrawn. A PC that has begun finishes its update.\n"));
}

void remove_package(const Cli& cli, const std::string& version) {
    sql::Database database = cli.open();
    if (!Updates{database}.remove(version, system_now()))
        throw StoreError(cli.say("Không có gói phiên bản ", "There is no package of version ") + version);
    cli.print({{"removed", version}}, cli.say("Đã xóa gói.\n", "Removed.\n"));
}

}  // namespace

void add_update_verbs(CLI::App& app, Cli& cli) {
    CLI::App* verb =
        app.add_subcommand("update", cli.say("Cập nhật Wardwatch trên máy trạm", "Updates of Wardwatch on the PCs"));
    verb->require_subcommand(1);

    const auto package = std::make_shared<NewPackage>();
    const auto version = std::make_shared<std::string>();
    CLI::App* add =
        verb->add_subcommand("add", cli.say("Đặt một gói MSI đã ký ở trung tâm", "Place a signed MSI here"));
    add->add_option("file", package->file, cli.say("Tệp MSI", "The MSI"))->required();
    add->add_option("--version", package->version,
                    cli.say("Phiên bản, nếu tên tệp không nêu", "Its version, where the file's name does not say it"));
    add->add_option("--signer", package->signer,
                    cli.say("SHA-256 của chứng chỉ ký, nếu khác lần trước",
                            "SHA-256 of the signer's certificate, where it is another than before"));
    add->callback([&cli, package] { cli.chosen = [&cli, package] { add_package(cli, *package); }; });

    verb->add_subcommand("list", cli.say("Các gói đang có", "The packages that are here"))->callback([&cli] {
        cli.chosen = [&cli] { list_packages(cli); };
    });

    const auto choice = std::make_shared<OfferChoice>();
    CLI::App* offer = verb->add_subcommand("offer", cli.say("Cập nhật các máy", "Have PCs take a version"));
    offer->add_option("version", choice->version, cli.say("Phiên bản", "The version"))->required();
    offer->add_option("--unit", choice->unit,
                      cli.say("Mọi máy của đơn vị này và cấp dưới", "The PCs of this unit and those below"));
    offer->add_flag("--all", choice->all, cli.say("Mọi máy", "All PCs"));
    offer
        ->add_option("--percent", choice->percent,
                     cli.say("Chỉ bấy nhiêu phần trăm số máy; lần sau nêu nhiều hơn thì thêm máy",
                             "Only so many percent of them; offering it again with more adds PCs"))
        ->capture_default_str()
        ->check(CLI::Range(1, 100));
    offer->callback([&cli, choice] { cli.chosen = [&cli, choice] { offer_update(cli, *choice); }; });

    const auto add_by_version = [&](const char* name, const std::string& help, auto act) {
        CLI::App* sub = verb->add_subcommand(name, help);
        sub->add_option("version", *version, cli.say("Phiên bản", "The version"))->required();
        sub->callback([&cli, version, act] { cli.chosen = [&cli, version, act] { act(cli, *version); }; });
    };
    add_by_version("withdraw", cli.say("Rút lời mời", "Offer it no longer"), withdraw_update);
    add_by_version("remove", cli.say("Xóa gói khỏi trung tâm", "Remove the package from the centre"), remove_package);

    verb->add_subcommand("status", cli.say("Các máy cập nhật đến đâu", "How far the PCs are"))->callback([&cli] {
        cli.chosen = [&cli] { show_offers(cli); };
    });
}

}  // namespace wardwatch
