#include "base/limits.h"
#include "canvas_fixture.h"
#include "test_main.h"

#include <QLabel>

namespace tst_ui_copies {

using namespace engine;
using namespace ui;

// What is pasted and doubled: it hides nothing, can be told apart, and says when there is no room for it.
class UiCopies : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init() { begin(); }
    void cleanup() { end(); }
    void pastingHidesNothing();
    void titlesAreNumbered();
    void notesStandBesideEachOther();
    void doublingBeyondTheMostIsSaid();
    void hintIsNotAcrossANote();

private:
    QString overlaps();
    std::vector<std::string> titles();
};

// Two nodes that lie on each other; empty: none do.
QString UiCopies::overlaps()
{
    for (const auto& [id, item] : scene().nodes())
        for (const auto& [other, below] : scene().nodes())
            if (id < other &&
                item->card().translated(item->pos()).intersects(below->card().translated(below->pos())))
                return QString::fromStdString(id.value + " and " + other.value);
    return {};
}

std::vector<std::string> UiCopies::titles()
{
    std::vector<std::string> all;
    for (const NodeSpec& node : document().spec().nodes) all.push_back(node.title);
    return all;
}

void UiCopies::pastingHidesNothing()
{
    open(fake::hotMachines());
    QCOMPARE(overlaps(), QString());
    scene().select(QList<QGraphicsItem*>{node("hot"), node("all")});
    const QPointF between = node("all")->pos() - node("hot")->pos();
    key(Qt::Key_C, Qt::ControlModifier);
    const QPointF at = node("per_second")->pos() + QPointF(8, 8);
    for (int i = 0; i < 3; ++i) view().editor().paste(at, false);
    QCOMPARE(overlaps(), QString());
    QCOMPARE(node("all_2")->pos() - node("hot_2")->pos(), between);
    for (int i = 0; i < 2; ++i) view().editor().paste({}, false);
    QCOMPARE(overlaps(), QString());
    // Nor does what is doubled, where something stands below.
    scene().select(node("sensors"));
    for (int i = 0; i < 3; ++i) {
        scene().select(node("sensors"));
        key(Qt::Key_D, Qt::ControlModifier);
    }
    QVERIFY(node("sensors_4"));
    QCOMPARE(overlaps(), QString());
    // Where there is room it is put where it was asked for.
    const QPointF free(4000, 4000);
    scene().select(node("hot"));
    key(Qt::Key_C, Qt::ControlModifier);
    view().editor().paste(free, false);
    QCOMPARE(scene().selectedNode()->pos(), free);
}

void UiCopies::titlesAreNumbered()
{
    PipelineSpec spec;
    spec.nodes = {fake::makeNode("a", "filter", "Window"), fake::makeNode("b", "filter", "Window 3"),
                  fake::makeNode("c", "filter", ""), fake::makeNode("d", "filter", "Report 2024")};
    open(spec);
    view().editor().selectAll();
    key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(titles(),
             (std::vector<std::string>{"Window", "Window 3", "", "Report 2024", "Window 2", "Window 4", "",
                                       "Report 2024 2"}));
    key(Qt::Key_C, Qt::ControlModifier);
    key(Qt::Key_V, Qt::ControlModifier);
    const std::vector<std::string> all = titles();
    QCOMPARE(std::vector<std::string>(all.begin() + 8, all.end()),
             (std::vector<std::string>{"Window 5", "Window 6", "", "Report 2024 3"}));
    open({});
    key(Qt::Key_V, Qt::ControlModifier);
    QCOMPARE(titles(), (std::vector<std::string>{"Window 2", "Window 4", "", "Report 2024 2"}));
}

void UiCopies::notesStandBesideEachOther()
{
    open({});
    view().editor().addNote({0, 0});
    key(Qt::Key_C, Qt::ControlModifier);
    for (const QPointF& at : {QPointF(400, 0), QPointF(400, 0), QPointF(800, 0)})
        view().editor().paste(at, false);
    std::vector<QPointF> places;
    for (const auto& [ref, item] : scene().remarks()) places.push_back(item->pos());
    QCOMPARE(places, (std::vector<QPointF>{{0, 0}, {400, 0}, {432, 32}, {800, 0}}));
}

void UiCopies::doublingBeyondTheMostIsSaid()
{
    open(fake::largeDocument(static_cast<int>(limits::kDocumentNodes) / 2 + 1));
    view().editor().selectAll();
    const std::size_t selected = scene().selectedNodes().size();
    key(Qt::Key_D, Qt::ControlModifier);
    QVERIFY(view().signs().said().contains(QStringLiteral("Nothing was doubled")));
    QVERIFY(view().signs().said().contains(QString::number(limits::kDocumentNodes)));
    QCOMPARE(scene().selectedNodes().size(), selected);
    QCOMPARE(document().undoStack().count(), 0);
}

void UiCopies::hintIsNotAcrossANote()
{
    open({});
    const auto isHinted = [this] {
        for (const QLabel* label : view().findChildren<QLabel*>())
            if (label->isVisible() && label->text().startsWith(QStringLiteral("Press Tab"))) return true;
        return false;
    };
    QVERIFY(isHinted());
    view().editor().addNote({0, 0});
    QVERIFY(!isHinted());
    key(Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(isHinted());
}

STREAMWRIGHT_WINDOW_TEST(UiCopies)

}  // namespace tst_ui_copies
#include "tst_ui_copies.moc"
