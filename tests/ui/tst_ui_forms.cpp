#include "control/server/local_client.h"
#include "form_fixture.h"
#include "test_main.h"

#include <QScopeGuard>

#include <set>

namespace tst_ui_forms {

// The form of a node: that every field of every component can be changed and read back, and that a component
// nobody has heard of gets a whole one.
class FormsTest : public QObject, private FormFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void cleanup() { close(); }
    void everyComponent_data();
    void everyComponent();
    void anUnknownComponentGetsAWholeForm();
    void dependentFieldsComeAndGo();
    void valuesAreShownAsTheyAre_data();
    void valuesAreShownAsTheyAre();

private:
    void changeAndReadBack(const ComponentInfo& info);
};

namespace {

// What would be typed into a field of that type, and what then stands in the document.
std::pair<QString, Json> other(const ParamField& field)
{
    using enum ParamType;
    switch (field.type) {
    case Integer: return {QStringLiteral("37"), 37};
    case Number: return {QStringLiteral("37.25"), 37.25};
    case Interval: return {QStringLiteral("90s"), "90s"};
    case Size: return {QStringLiteral("3MiB"), "3MiB"};
    case Time: return {QStringLiteral("2024-05-01T12:00:00Z"), "2024-05-01T12:00:00Z"};
    case Secret: return {QStringLiteral("key"), "${secret:key}"};
    default: return {QStringLiteral("abc"), "abc"};
    }
}

QString shownIn(FieldEditor& editor);

// Every field of every row, by its name.
QString shownIn(RecordsField& list)
{
    QStringList rows;
    for (int i = 0; i < list.count(); ++i) {
        list.row(i).setOpen(true);
        QStringList fields;
        for (FieldRow* row : list.row(i).form()->rows())
            if (row->isChanged())
                fields += QString::fromStdString(row->field().name) + u'=' + shownIn(row->editor());
        rows += u'{' + fields.join(u',') + u'}';
    }
    return rows.join(u' ');
}

// What a field shows of its value, and what it ought to show.
QString shownIn(FieldEditor& editor)
{
    if (auto* flag = dynamic_cast<FlagField*>(&editor))
        return flag->findChild<QCheckBox*>()->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    if (auto* columns = dynamic_cast<ColumnsField*>(&editor)) {
        QStringList chips;
        for (const QToolButton* chip : columns->findChildren<QToolButton*>()) {
            const QString name = chip->objectName();
            if (name == QLatin1String("chip") || name == QLatin1String("wrongChip")) chips += chip->text();
        }
        return chips.join(QLatin1Char('|')).remove(QStringLiteral("  ×"));
    }
    if (auto* map = dynamic_cast<MapField*>(&editor)) return shownIn(*map->findChild<RecordsField*>());
    if (auto* record = dynamic_cast<RecordField*>(&editor)) return shownIn(record->list());
    if (auto* list = dynamic_cast<RecordsField*>(&editor)) return shownIn(*list);
    if (auto* formula = dynamic_cast<FormulaField*>(&editor)) return formula->input().toPlainText();
    if (auto* choice = dynamic_cast<ChoiceField*>(&editor))
        return choice->findChild<QComboBox*>()->currentData().toString();
    return editor.findChild<QLineEdit*>()->text();
}

QString shownAs(const ParamField& field, const Json& value)
{
    if (field.type == ParamType::Columns) {
        QStringList names;
        for (const Json& name : value) names += QString::fromStdString(name.get<std::string>());
        return names.join(QLatin1Char('|'));
    }
    if (field.type == ParamType::Map) {
        QStringList rows;
        for (const auto& [name, each] : value.items())
            rows += QStringLiteral("{name=%1,value=%2}").arg(QString::fromStdString(name), plainText(each));
        return rows.join(u' ');
    }
    if (field.type == ParamType::Records || field.type == ParamType::Record) {
        QStringList rows;
        const Json& records = field.type == ParamType::Records ? value : Json::array({value});
        for (const Json& record : records) {
            QStringList fields;
            for (const ParamField& inner : field.fields)
                if (const Json* each = findMember(record, inner.name))
                    fields += QString::fromStdString(inner.name) + u'=' + shownAs(inner, *each);
            rows += u'{' + fields.join(u',') + u'}';
        }
        return rows.join(u' ');
    }
    if (field.type == ParamType::Secret) return QStringLiteral("key");
    return plainText(value);
}

// A choice of one thing.
bool isFixed(const ParamField& field) { return field.hints.choices.size() == 1; }

Json changeAll(ParamForm& form, int depth);

// Changes a field as a user would and answers what the document must then say.
Json changeField(FieldRow& row, int depth)
{
    FieldEditor& editor = row.editor();
    const ParamField& field = row.field();
    const auto [text, wanted] = other(field);
    if (auto* flag = dynamic_cast<FlagField*>(&editor)) {
        QTest::keyClick(flag->findChild<QCheckBox*>(), Qt::Key_Space);
        return !(field.fallback.is_boolean() && field.fallback.get<bool>());
    }
    if (auto* choice = dynamic_cast<ChoiceField*>(&editor)) {
        auto* box = choice->findChild<QComboBox*>();
        const int before = box->currentIndex();
        QTest::keyClick(box, before + 1 < box->count() ? Qt::Key_Down : Qt::Key_Up);
        return box->currentData().toString().toStdString();
    }
    if (auto* columns = dynamic_cast<ColumnsField*>(&editor)) {
        auto* input = columns->findChild<QLineEdit*>();
        for (const char* name : {"sensor_id", "own"}) {
            QTest::keyClicks(input, QLatin1String(name));
            QTest::keyClick(input, Qt::Key_Return);
        }
        return Json{"sensor_id", "own"};
    }
    if (auto* map = dynamic_cast<MapField*>(&editor)) {
        auto* list = map->findChild<RecordsField*>();
        list->adder().click();
        ParamForm& inner = *list->row(0).form();
        typeInto(inner.row("name")->editor().findChild<QLineEdit*>(), QStringLiteral("a"));
        typeInto(inner.row("value")->editor().findChild<QLineEdit*>(), QStringLiteral("b"));
        return Json{{"a", "b"}};
    }
    if (auto* record = dynamic_cast<RecordField*>(&editor)) {
        record->list().adder().click();
        return changeAll(*record->list().row(0).form(), depth + 1);
    }
    if (auto* list = dynamic_cast<RecordsField*>(&editor)) {
        list->adder().click();
        return Json::array({changeAll(*list->row(0).form(), depth + 1)});
    }
    if (auto* formula = dynamic_cast<FormulaField*>(&editor))
        typeInto(&formula->input(), text);
    else
        typeInto(editor.findChild<QLineEdit*>(), text);
    return wanted;
}

Json changeAll(ParamForm& form, int depth)
{
    Json wanted = Json::object();
    if (form.advancedButton() && !form.advancedButton()->isChecked()) form.advancedButton()->click();
    for (FieldRow* row : form.rows()) {
        // A field that came into sight by the change of another one before it is changed too.
        if (row->isHidden() || isFixed(row->field())) continue;
        wanted[row->field().name] = changeField(*row, depth);
    }
    return wanted;
}

QString otherValueOf(const FieldRow& row, std::string& name)
{
    const QString condition = QString::fromStdString(row.field().hints.visibleWhen);
    name = condition.section(u'=', 0, 0).trimmed().toStdString();
    return condition.section(u'=', 1).section(u'|', 0, 0).trimmed();
}

// Gives the field that this one depends on a value with which it counts.
void reveal(ParamForm& form, const FieldRow& row, Json& wanted)
{
    std::string name;
    const QString text = otherValueOf(row, name);
    FieldRow& other = *form.row(name.c_str());
    Json value;
    if (auto* flag = dynamic_cast<FlagField*>(&other.editor())) {
        auto* box = flag->findChild<QCheckBox*>();
        if (box->isChecked() != (text == QLatin1String("true"))) QTest::keyClick(box, Qt::Key_Space);
        value = text == QLatin1String("true");
    } else if (auto* choice = dynamic_cast<ChoiceField*>(&other.editor())) {
        auto* box = choice->findChild<QComboBox*>();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && box->currentData().toString() != text; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        value = text.toStdString();
    } else {
        typeInto(other.editor().findChild<QLineEdit*>(), text);
        value = text.toInt();
    }
    if (value == other.field().fallback)
        wanted.erase(name);
    else
        wanted[name] = value;
}

// Those that did not count with what was changed before them.
void changeHidden(ParamForm& form, Json& wanted)
{
    for (FieldRow* row : form.rows()) {
        const std::string& name = row->field().name;
        auto* list = dynamic_cast<RecordsField*>(&row->editor());
        if (list && list->count() > 0) changeHidden(*list->row(0).form(), wanted[name][0]);
        auto* record = dynamic_cast<RecordField*>(&row->editor());
        if (record && record->list().count() > 0) changeHidden(*record->list().row(0).form(), wanted[name]);
        if (wanted.contains(name) || isFixed(row->field())) continue;
        if (row->isHidden()) reveal(form, *row, wanted);
        QVERIFY2(!row->isHidden(), name.c_str());
        wanted[name] = changeField(*row, 0);
    }
}

// Every field, of nested records too.
int fieldsOf(const ParamSchema& schema)
{
    int count = 0;
    for (const ParamField& field : schema) count += 1 + fieldsOf(field.fields);
    return count;
}

int changedIn(const ParamSchema& schema, const Json& wanted, std::set<std::string>& seen,
              const std::string& place = {})
{
    for (const ParamField& field : schema) {
        const Json* value = findMember(wanted, field.name);
        if (isFixed(field)) seen.insert(place + field.name);
        if (!value) continue;
        seen.insert(place + field.name);
        if (field.type == ParamType::Records)
            changedIn(field.fields, (*value)[0], seen, place + field.name + ".");
        if (field.type == ParamType::Record) changedIn(field.fields, *value, seen, place + field.name + ".");
    }
    return static_cast<int>(seen.size());
}

}  // namespace

void FormsTest::everyComponent_data()
{
    QTest::addColumn<int>("index");
    Catalog catalog;
    addBuiltinComponents(catalog);
    const auto infos = catalog.infos();
    for (std::size_t i = 0; i < infos.size(); ++i) QTest::newRow(infos[i].id.c_str()) << static_cast<int>(i);
}

void FormsTest::everyComponent()
{
    QFETCH(int, index);
    Catalog catalog;
    addBuiltinComponents(catalog);
    const auto infos = catalog.infos();
    const ComponentInfo& info = infos[static_cast<std::size_t>(index)];
    open(around(info.id), "hot", infos);
    changeAndReadBack(info);
}

// Every field as a user would, and all of them in a form that is made anew.
void FormsTest::changeAndReadBack(const ComponentInfo& info)
{
    QCOMPARE(form().rows().size(), info.params.size());
    Json wanted = changeAll(form(), 0);
    const auto said = [&] { return compactJson(document().spec().find(NodeId{"hot"})->params); };
    QCOMPARE(QString::fromStdString(said()), QString::fromStdString(compactJson(wanted)));
    std::set<std::string> changed;
    changedIn(info.params, wanted, changed);
    changeHidden(form(), wanted);
    // The same members, in whatever order they came.
    const auto isWanted = [&] {
        return nlohmann::json::parse(said()) == nlohmann::json::parse(compactJson(wanted));
    };
    QVERIFY2(isWanted(), said().c_str());
    QCOMPARE(changedIn(info.params, wanted, changed), fieldsOf(info.params));
    // And back: a form made anew shows the same, and gives on nothing by itself.
    m_panel->showPipeline();
    m_panel->showNode(NodeId{"hot"});
    analysed();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);  // what the form shows no more
    QVERIFY2(isWanted(), said().c_str());
    for (FieldRow* each : form().rows()) {
        if (!wanted.contains(each->field().name)) continue;
        QVERIFY(each->isChanged());
        const QString shown = shownIn(each->editor());
        const QString value = shownAs(each->field(), wanted[each->field().name]);
        QVERIFY2(shown == value,
                 qPrintable(QStringLiteral("%1 shows %2 for %3")
                                .arg(QString::fromStdString(each->field().name), shown, value)));
    }
}

// As it comes from the engine in whose catalogue it is.
void FormsTest::anUnknownComponentGetsAWholeForm()
{
    const ComponentInfo info = everything();
    for (auto type = std::optional(ParamType::Flag); type; type = typeAfter(*type)) {
        const auto isOfType = [type](const ParamField& field) { return field.type == *type; };
        QVERIFY2(std::any_of(info.params.begin(), info.params.end(), isOfType),
                 std::string(paramTypeName(*type)).c_str());
    }
    Catalog catalog;
    addBuiltinComponents(catalog);
    catalog.add(everythingComponent());
    const auto end = qScopeGuard([this] { close(); });  // before the catalogue
    open(makeLocalClient(catalog), around(info.id), "hot");
    QVERIFY(m_session->client().component(info.id));
    changeAndReadBack(info);
    if (QTest::currentTestFailed()) return;
    const Json& params = this->params();
    QCOMPARE(params["list"][0]["parts"][0]["size"], Json(37));
    QCOMPARE(params["record"]["parts"][0]["parts"][0]["size"], Json(37));
    QVERIFY(params.contains("only_two"));
    for (const Diagnostic& diagnostic : m_session->current()->analysis.diagnostics)
        QVERIFY2(diagnostic.node.value != "hot", diagnostic.message.c_str());
}

void FormsTest::dependentFieldsComeAndGo()
{
    open(around("everything"), "hot");
    QVERIFY(row("only_two").isHidden());
    auto* box = row("choice").editor().findChild<QComboBox*>();
    QTest::keyClick(box, Qt::Key_Down);
    QVERIFY(!row("only_two").isHidden());
    QTest::keyClick(box, Qt::Key_Up);
    QVERIFY(row("only_two").isHidden());
    QVERIFY(row("size").isHidden());
    form().advancedButton()->click();
    QVERIFY(!row("size").isHidden());
}

void FormsTest::valuesAreShownAsTheyAre_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("html") << QStringLiteral("<b>bold</b>&amp;<img src=x>");
    QTest::newRow("long") << QString(10'000, QLatin1Char('x'));
    QTest::newRow("emoji") << QStringLiteral("😀👩‍🚀 é");
    QTest::newRow("right to left") << QStringLiteral("שלום עולם");
    QTest::newRow("control characters") << QStringLiteral("a\tb\nc\u0001d");
    QTest::newRow("parameter") << QStringLiteral("${limit}");
}

// Shown in every field that takes it, gone through unchanged, and never given on by looking at it.
void FormsTest::valuesAreShownAsTheyAre()
{
    QFETCH(QString, text);
    const std::string value = text.toStdString();
    Json params = Json::object();
    for (const ParamField& field : everything().params) params[field.name] = value;
    params["columns"] = {value, value + "2"};
    params["list"] = {{{"name", value}}};
    params["map"] = {{value, value}};
    params["own"] = value;
    open(around("everything", params), "hot");
    form().advancedButton()->click();
    records("list").row(0).setOpen(true);
    QWidget* last = nullptr;
    for (int i = 0; i < 200 && QApplication::focusWidget() != last; ++i) {
        last = i == 0 ? nullptr : QApplication::focusWidget();
        QTest::keyClick(m_panel.get(), Qt::Key_Tab);
    }
    analysed();
    (void)m_panel->grab();
    QCOMPARE(*document().spec().find(NodeId{"hot"})->params, params);
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(m_panel->width() <= 420);
    for (const QLabel* label : m_panel->findChildren<QLabel*>())
        QVERIFY2(label->text().size() < 2000, qPrintable(label->text().left(80)));
}

STREAMWRIGHT_WINDOW_TEST(FormsTest)

}  // namespace tst_ui_forms
#include "tst_ui_forms.moc"
