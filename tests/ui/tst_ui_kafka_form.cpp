// labels: kafka
// The form of a Kafka source before a real broker: topics, partitions, sample records, and sentences where it
// cannot look.
#include "control/server/local_client.h"
#include "form_fixture.h"
#include "support/kafka_broker.h"
#include "test_main.h"

#include <QTableWidget>

namespace tst_ui_kafka_form {

class UiKafkaForm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void detects_data();
    void detects();

private:
    engine::KafkaBroker m_broker;
    engine::Catalog m_catalog;
};

void UiKafkaForm::initTestCase()
{
    theme().install(*qApp, Shade::Dark);
    addBuiltinComponents(m_catalog);
    QCOMPARE(m_broker.start(), std::string());
    m_broker.createTopic("readings", 2);
    m_broker.createTopic("empty", 1);
    m_broker.produce("readings",
                     {{"{\"sensor\":\"s-1\",\"value\":20.5}"}, {"{\"sensor\":\"s-2\",\"value\":21}"}});
}

void UiKafkaForm::detects_data()
{
    QTest::addColumn<QString>("servers");
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<QStringList>("columns");
    const QString here = QString::fromStdString(m_broker.servers());
    QTest::newRow("topics") << here << ""
                            << "empty (1 partition), readings (2 partitions)." << QStringList();
    QTest::newRow("columns") << here << "readings"
                             << "Topic readings: 2 partitions, 2 records."
                             << QStringList{"sensor string s-1, s-2", "value double 20.5, 21"};
    QTest::newRow("pattern") << here << "^read.*"
                             << "Pattern ^read.*: 1 topic, 2 partitions, 2 records."
                             << QStringList{"sensor string s-1, s-2", "value double 20.5, 21"};
    QTest::newRow("no topic fits") << here << "^nothing.*"
                                   << "fits the pattern \"^nothing.*\"; correct it, or leave the topic out"
                                   << QStringList();
    QTest::newRow("no records") << here << "empty"
                                << "Topic empty: 1 partition, 0 records. There are no records to look at yet."
                                << QStringList();
    QTest::newRow("no such topic") << here << "nowhere"
                                   << "there is no such topic. Make it, or correct the name."
                                   << QStringList();
    QTest::newRow("nobody there") << "127.0.0.1:1"
                                  << "readings"
                                  << "No Kafka broker answers at 127.0.0.1:1" << QStringList();
    QTest::newRow("no brokers named") << ""
                                      << "readings"
                                      << "There are no brokers to ask; enter them first." << QStringList();
}

void UiKafkaForm::detects()
{
    QFETCH(QString, servers);
    QFETCH(QString, topic);
    QFETCH(QString, sentence);
    QFETCH(QStringList, columns);
    Session session(makeLocalClient(m_catalog));
    engine::PipelineSpec spec;
    spec.id = "00000000-0000-4000-8000-00000000ca7d";
    spec.nodes.push_back(
        fake::makeNode("input", "kafka_source", "Input",
                       {{"bootstrap_servers", servers.toStdString()}, {"topic", topic.toStdString()}}));
    session.add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    InspectorPanel panel(session);
    panel.resize(360, 900);
    panel.show();
    panel.showNode(NodeId{"input"});
    QVERIFY(panel.editor());
    panel.editor()->detect();
    DetectCard& card = *panel.editor()->detectCard();
    QTRY_VERIFY_WITH_TIMEOUT(card.sentence() != QStringLiteral("Looking…"), 60'000);
    QVERIFY2(card.sentence().contains(sentence), qPrintable(card.sentence()));
    const auto* table = card.findChild<QTableWidget*>();
    QCOMPARE(table->isVisibleTo(&card), !columns.isEmpty());
    QStringList shown;
    for (int i = 0; i < table->rowCount(); ++i)
        shown +=
            table->item(i, 0)->text() + ' ' + table->item(i, 1)->text() + ' ' + table->item(i, 2)->text();
    QCOMPARE(shown, columns);
}

STREAMWRIGHT_WINDOW_TEST(UiKafkaForm)

}  // namespace tst_ui_kafka_form
#include "tst_ui_kafka_form.moc"
