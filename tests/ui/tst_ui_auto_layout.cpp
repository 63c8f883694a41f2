#include "fake_transport.h"
#include "test_main.h"
#include "ui/graph/auto_layout.h"

#include <algorithm>
#include <ctime>

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
    void chainsArePackedToTheView_data();
    void chainsArePackedToTheView();
    void partsKeepTheirOrder();
    void aPartMovedAmongOthersStaysThere();
    void branchesOfWhatIsNotLaidOutStayInAColumn();
    void fiveHundredAreFast();
};

namespace {

PipelineSpec chains(int count, int length)
{
    PipelineSpec spec;
    for (int i = 0; i < count * length; ++i) {
        const std::string id = "n" + std::to_string(i);
        spec.nodes.push_back(fake::makeNode(id, i % length ? "filter" : "generator_source", id));
        if (i % length) spec.edges.push_back(fake::link("n" + std::to_string(i - 1), id));
    }
    return spec;
}

QRectF boundsOf(const Layout& layout)
{
    QRectF bounds;
    for (const auto& [id, at] : layout) bounds |= QRectF(at, QSizeF(kNodeWidth, kNodeHeight));
    return bounds;
}

// By row, from left to right.
std::vector<std::string> readingOrder(const Layout& layout)
{
    std::vector<std::pair<std::pair<double, double>, std::string>> places;
    for (const auto& [id, at] : layout) places.push_back({{at.y(), at.x()}, id.value});
    std::sort(places.begin(), places.end());
    std::vector<std::string> order;
    for (auto& [at, id] : places) order.push_back(std::move(id));
    return order;
}

}  // namespace

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

void UiAutoLayout::chainsArePackedToTheView_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("length");
    QTest::newRow("nodes without edges") << 60 << 1;
    QTest::newRow("twelve") << 12 << 3;
    QTest::newRow("125") << 125 << 4;
    QTest::newRow("1,000") << 1000 << 5;
}

void UiAutoLayout::chainsArePackedToTheView()
{
    QFETCH(int, count);
    QFETCH(int, length);
    const Layout layout = autoLayout(chains(count, length));
    const QRectF bounds = boundsOf(layout);
    const double ratio = bounds.width() / bounds.height();
    QVERIFY2(ratio > 1 && ratio < 2.5, qPrintable(QString::number(ratio)));
    // Not spread to get that shape: of the area a good part is nodes.
    const double nodes = kNodeWidth * kNodeHeight * count * length;
    QVERIFY2(nodes > 0.25 * bounds.width() * bounds.height(), qPrintable(QString::number(bounds.width())));
    for (int i = 0; i < count * length; ++i) {
        if (i % length == 0) continue;
        const QPointF one = layout.at(NodeId{"n" + std::to_string(i - 1)});
        QCOMPARE(layout.at(NodeId{"n" + std::to_string(i)}), one + QPointF(kNodeWidth + kColumnGap, 0));
    }
}

void UiAutoLayout::partsKeepTheirOrder()
{
    const PipelineSpec spec = chains(30, 3);
    const Layout packed = autoLayout(spec);
    QVERIFY(readingOrder(packed).front() == "n0" && readingOrder(packed).back() == "n89");
    QCOMPARE(autoLayout(spec, packed), packed);
    // As they were stacked, so they are packed.
    Layout stacked;
    for (int i = 0; i < 90; ++i)
        stacked[NodeId{"n" + std::to_string(i)}] = {double(i % 3) * 300, double((89 - i) / 3) * 130};
    const Layout turned = autoLayout(spec, stacked);
    QCOMPARE(readingOrder(turned), readingOrder(stacked));
    QCOMPARE(autoLayout(spec, turned), turned);
}

void UiAutoLayout::aPartMovedAmongOthersStaysThere()
{
    const PipelineSpec spec = chains(40, 1);
    const Layout packed = autoLayout(spec);
    // The first, a little lower and behind its neighbour: still in its row.
    Layout moved = packed;
    moved[NodeId{"n0"}] = packed.at(NodeId{"n1"}) + QPointF(24, 16);
    std::vector<std::string> wanted = readingOrder(packed);
    std::swap(wanted[0], wanted[1]);
    QCOMPARE(readingOrder(autoLayout(spec, moved)), wanted);
    // What has no place yet comes last.
    moved = packed;
    moved.erase(NodeId{"n0"});
    QCOMPARE(readingOrder(autoLayout(spec, moved)).back(), std::string("n0"));
}

void UiAutoLayout::branchesOfWhatIsNotLaidOutStayInAColumn()
{
    PipelineSpec spec;
    for (int i = 0; i < 12; ++i) {
        const std::string id = "n" + std::to_string(i);
        spec.nodes.push_back(fake::makeNode(id, "filter", id));
        spec.edges.push_back(fake::link("outside", id));
    }
    const Layout layout = autoLayout(spec);
    QCOMPARE(layout.size(), std::size_t{12});
    for (const auto& [id, at] : layout) QCOMPARE(at.x(), 0.0);
}

void UiAutoLayout::fiveHundredAreFast()
{
    for (const PipelineSpec& spec : {fake::largeDocument(500), chains(125, 4), chains(1, 500)}) {
        const Layout before = autoLayout(spec);
        double leastMs = 1e9;
        for (int i = 0; i < 3; ++i) {
            const std::clock_t begin = std::clock();
            QCOMPARE(autoLayout(spec, before).size(), std::size_t{500});
            leastMs = std::min(leastMs, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
        }
        QVERIFY2(leastMs < 200, qPrintable(QString::number(leastMs)));
        qInfo("%.1f ms", leastMs);
    }
}

STREAMWRIGHT_TEST(UiAutoLayout)

}  // namespace tst_ui_auto_layout
#include "tst_ui_auto_layout.moc"
