// labels: asan
#ifndef Q_MOC_RUN  // moc cannot read what these include
#include "spec/document_settings.h"
#include "spec/settings_schema.h"
#include "spec/substitute.h"
#endif

#include "test_main.h"

#include <algorithm>

namespace tst_settings_schema {

using namespace engine;

// The form of a document's settings says what a document can say, and is read as a document is.
class SettingsSchemaTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySettingHasAField();
    void valuesGoThroughTheForm();
    void restartOfItsOwn();
    void mistakesAreKept();
    void renameKeepsToItsName();
};

namespace {

std::string written(const PipelineSettings& settings)
{
    PipelineSpec spec;
    spec.settings = settings;
    return writePipeline(spec);
}

PipelineSettings reread(const PipelineSettings& settings)
{
    return parsePipeline(written(settings)).spec.settings;
}

}  // namespace

void SettingsSchemaTest::everySettingHasAField()
{
    for (const SettingField& setting : settingFields())
        QVERIFY2(findField(settingsSchema(), setting.name), std::string(setting.name).c_str());
    for (const ParamField& field : settingsSchema()) {
        QVERIFY2(!field.hints.title.empty() && !field.hints.help.empty(), field.name.c_str());
        QCOMPARE(field.hints.change, Change::ByRestart);
    }
    QCOMPARE(settingsToForm({}), Json::object());
}

void SettingsSchemaTest::valuesGoThroughTheForm()
{
    const std::vector<std::pair<std::string, Json>> values{{"guarantee", "at_least_once"},
                                                           {"checkpoint_interval", "5s"},
                                                           {"checkpoint_timeout", "90s"},
                                                           {"parallelism", 4},
                                                           {"threads", 2},
                                                           {"memory_limit", "1GiB"},
                                                           {"restart", "never"},
                                                           {"time_zone", "Europe/Berlin"},
                                                           {"reject_limit", "1%"},
                                                           {"chunk_size", "64KiB"}};
    PipelineSettings settings;
    for (const auto& [name, value] : values) {
        setSetting(settings, name, value);
        QCOMPARE(settingsToForm(settings)[name], value);
    }
    QCOMPARE(values.size(), settingFields().size());
    QCOMPARE(settings.threads, 2);
    QCOMPARE(settings.memoryLimitBytes, std::int64_t{1} << 30);
    QVERIFY(!settings.restart.enabled);
    QCOMPARE(reread(settings), settings);
    for (const auto& [name, value] : values) setSetting(settings, name, nullptr);
    QCOMPARE(settings, PipelineSettings{});
    setSetting(settings, "reject_limit", "100");
    QCOMPARE(settingsToForm(settings)["reject_limit"], Json(100));
}

void SettingsSchemaTest::restartOfItsOwn()
{
    PipelineSettings settings;
    setSetting(settings, "restart", "custom");
    QCOMPARE(settingsToForm(settings), Json({{"restart", "custom"}}));
    QCOMPARE(settings.restart, RestartPolicy{});
    setSetting(settings, "restart_attempts", 3);
    setSetting(settings, "restart_initial", "2s");
    QCOMPARE(settings.restart.attempts, 3);
    QCOMPARE(settings.restart.first, Duration(2'000'000));
    const Json form = settingsToForm(settings);
    QCOMPARE(form.at("restart"), Json("custom"));
    QCOMPARE(form.at("restart_attempts"), Json(3));
    QCOMPARE(settingsToForm(reread(settings)).at("restart_initial"), Json("2s"));
    setSetting(settings, "restart_attempts", nullptr);
    QCOMPARE(settings.restart.attempts, RestartPolicy{}.attempts);
    setSetting(settings, "restart", nullptr);
    QCOMPARE(settings, PipelineSettings{});
}

void SettingsSchemaTest::mistakesAreKept()
{
    PipelineSettings settings;
    setSetting(settings, "threads", 4);
    setSetting(settings, "threads", "many");
    QCOMPARE(settings.threads, 0);
    QCOMPARE(settingsToForm(settings)["threads"], Json("many"));
    const Parsed parsed = parsePipeline(written(settings));
    QVERIFY(std::any_of(parsed.diagnostics.begin(), parsed.diagnostics.end(),
                        [](const Diagnostic& each) { return each.path == "settings.threads"; }));
    QCOMPARE(parsed.spec.settings, settings);
}

void SettingsSchemaTest::renameKeepsToItsName()
{
    Json params =
        Json::parse(R"({"condition":"t > ${limit} AND u > ${limits}","list":["${limit}",{"a":"$${limit}"}],)"
                    R"("whole":"${limit}${limit}","open":"${limit","x_own":"${limit}"})");
    QVERIFY(usesParameter(params["condition"], "limit"));
    QVERIFY(!usesParameter(params["list"][1], "limit"));
    QVERIFY(!usesParameter(params["open"], "limit"));
    renameParameter(params, nullptr, "limit", "a_longer_name");
    QCOMPARE(params["condition"], Json("t > ${a_longer_name} AND u > ${limits}"));
    QCOMPARE(params["list"], Json::parse(R"(["${a_longer_name}",{"a":"$${limit}"}])"));
    QCOMPARE(params["whole"], Json("${a_longer_name}${a_longer_name}"));
    QCOMPARE(params["open"], Json("${limit"));
    QCOMPARE(params["x_own"], Json("${limit}"));
    // In the quotes of a formula it is a text, in those of a text it is not.
    const ParamSchema row{{.name = "expression", .type = ParamType::Formula, .hints = {}}};
    const ParamSchema schema{{.name = "condition", .type = ParamType::Formula, .hints = {}},
                             {.name = "text", .hints = {}},
                             {.name = "columns", .type = ParamType::Records, .hints = {}, .fields = row}};
    const std::string formula = "a > ${limit} AND b = 'the ${limit}' AND `${limit}` < ${limit}";
    Json mixed = {{"condition", formula},
                  {"text", "'${limit}'"},
                  {"columns", Json::array({{{"expression", formula}, {"name", "'${limit}'"}}})}};
    renameParameter(mixed, &schema, "limit", "m");
    const Json renamed = "a > ${m} AND b = 'the ${limit}' AND `${limit}` < ${m}";
    QCOMPARE(mixed["condition"], renamed);
    QCOMPARE(mixed["text"], Json("'${m}'"));
    QCOMPARE(mixed["columns"][0]["expression"], renamed);
}

STREAMWRIGHT_TEST(SettingsSchemaTest)

}  // namespace tst_settings_schema
#include "tst_settings_schema.moc"
