// labels: asan
#include "catalog/component.h"
#include "support/case_driver.h"
#include "test_main.h"

#include <filesystem>

namespace tst_component_cases {

using namespace engine;
namespace fs = std::filesystem;

// Every case of every component, in every way that the component allows.
class ComponentCases : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { addBuiltinComponents(m_catalog); }

    void holds_data()
    {
        QTest::addColumn<QString>("component");
        QTest::addColumn<int>("index");
        const fs::path root = fs::path(SOURCE_DIR) / "engine";
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            if (entry.path().extension() != ".cases") continue;
            auto cases = readCases(entry.path().string());
            QVERIFY2(cases, cases ? "" : cases.error().message.c_str());
            const std::string component = entry.path().stem().string();
            for (const ComponentCase& one : *cases) {
                const std::string name = component + ":" + std::to_string(one.line) + " " + one.name;
                QTest::newRow(name.c_str())
                    << QString::fromStdString(component) << static_cast<int>(m_cases.size());
                m_cases.push_back(one);
            }
        }
    }

    void holds()
    {
        QFETCH(QString, component);
        QFETCH(int, index);
        const std::string wrong =
            runCase(m_catalog, component.toStdString(), m_cases[static_cast<std::size_t>(index)]);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void everyOperatorHasCases()
    {
        for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_DIR) / "engine/operators")) {
            if (!entry.is_directory()) continue;
            const std::string name = entry.path().filename().string();
            const bool hasCases = fs::exists(entry.path() / (name + ".cases"));
            QVERIFY2(hasCases, (name + " has no .cases").c_str());
        }
    }

private:
    Catalog m_catalog;
    std::vector<ComponentCase> m_cases;
};

STREAMWRIGHT_TEST(ComponentCases)

}  // namespace tst_component_cases
#include "tst_component_cases.moc"
