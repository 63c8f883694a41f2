#include "fake_transport.h"
#include "ui/graph/auto_layout.h"
#include "test_main.h"

#include <QElapsedTimer>

namespace tst_ui_auto_layout {

using namespace engine;
using namespace ui;

class UiAutoLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void edgesGoRight();
    void nodesKeepApart_data();
    void nodesKeepApart();
    void chainIsStraight();
    void cyclesEnd();
    void fiveHundredAreFast();
};

void UiAutoLayout::edgesGoRight()
{
    const PipelineSpec spec = fake::hotMachines();
    const Layout layout = autoLayout(spec);
    QCOMPARE(layout.size(), spec.nodes.size());
    for (const EdgeSpec& edge : spec.edges)
        QVERIFY(layout.at(edge.from.node).x() + kNodeWidth < layout.at(edge.to.node).x());
    QCOMPARE(autoLayout(spec), layout);
}

void UiAutoLayout::nodesKeepApart_data()
{
    QTest::addColumn<int>("nodes");
    QTest::newRow("none") << 0;
    QTest::newRow("small") << 9;
    QTest::newRow("large") << 300;
}

void UiAutoLayout::nodesKeepApart()
{
    QFETCH(int, nodes);
    const Layout layout = autoLayout(nodes == 9 ? fake::hotMachines() : fake::largeDocument(nodes));
    for (auto first = layout.begin(); first != layout.end(); ++first)
        for (auto second = std::next(first); second != layout.end(); ++second) {
            const QRectF one(first->second, QSizeF(kNodeWidth, kNodeHeight));
            const QRectF other(second->second, QSizeF(kNodeWidth, kNodeHeight));
            QVERIFY2(!one.intersects(other), (first->first.value + " on " + second->first.value).c_str());
        }
}

void UiAutoLayout::chainIsStraight()
{
    const Layout layout = autoLayout(fake::largeDocument(10));
    for (const auto& [id, at] : layout) QCOMPARE(at.y(), layout.begin()->second.y());
}

void UiAutoLayout::cyclesEnd()
{
    PipelineSpec spec;
    for (const char* id : {"a", "b", "c"}) spec.nodes.push_back(fake::makeNode(id, "filter", id));
    spec.edges = {fake::link("a", "b"), fake::link("b", "c"), fake::link("c", "a"), fake::link("b", "b"),
                  fake::link("b", "gone")};
    QCOMPARE(autoLayout(spec).size(), std::size_t{3});
}

void UiAutoLayout::fiveHundredAreFast()
{
    const PipelineSpec spec = fake::largeDocument(500);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(autoLayout(spec).size(), std::size_t{500});
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
}

STREAMWRIGHT_TEST(UiAutoLayout)

}  // namespace tst_ui_auto_layout
#include "tst_ui_auto_layout.moc"
