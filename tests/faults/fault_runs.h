#pragma once

#include "faults/committed_reader.h"
#include "faults/fault_workload.h"
#include "kafka/kafka_run.h"

#include <map>
#include <memory>
#include <optional>
#include <vector>

// Makes the topic and writes all records into it; a key's are in one partition, in order.
void fillTopic(engine::KafkaBroker& broker, const std::string& topic, int partitions,
               const FaultWorkload& workload);

// One pipeline of the fault programme over one topic in, one out: started, killed and started again, with an
// independent reader beside it that says how long each kill kept new rows away. Header and source only for
// the tests in this folder.
class FaultRuns {
public:
    enum Pipeline { LookBack, Windows };
    FaultRuns(engine::KafkaBroker& broker, const QString& directory, Pipeline pipeline,
              const FaultWorkload& workload, const QString& input, const QString& output);

    // Lets it run for so long, or up to a place, and kills it. False: it ended otherwise, see trouble().
    bool killAfter(int milliseconds);
    bool killAt(const QString& place);
    // A run is stopped just before it commits; another takes over with a copy of its state, and is stopped
    // between fencing and asking what was decided; then the first goes on, and is to end by itself.
    bool takeOverFromZombie();
    // The run goes on meanwhile; then it is killed.
    bool surviveBrokerRestart();
    bool finish();  // reads the rest, drains, and waits until the reader has it
    // A worker with a deliberate mistake.
    void breakBy(int fault) { m_fault = fault; }
    QString firstMistake() const;  // of look-back, seen while it runs; empty: none yet
    const QString& trouble() const { return m_trouble; }

    int kills() const { return m_kills; }
    const std::map<QString, int>& killsAt() const { return m_killsAt; }
    struct Verdict {
        qint64 rows = 0, lost = 0, repeated = 0, wrong = 0, disordered = 0;
        bool isGood() const { return rows > 0 && lost + repeated + wrong + disordered == 0; }
        QString text() const;
    };
    Verdict verdict() const;
    QString recoveries() const;   // p50, p95, max
    QString decisions() const;    // empty, or what is wrong with their order
    qint64 abortedRows() const;   // written, and never to be seen
    std::size_t decided() const;  // epochs

private:
    QString document(int rate, const QString& settings = {}) const;
    void begin(QProcess& worker, const QString& variable, const QString& place, const QString& document);
    bool start(const QString& place);
    void noteKill(CommittedReader::Clock::time_point at);
    void noteRecovery();
    Verdict windowsVerdict() const;
    Verdict lookBackVerdict() const;
    engine::KafkaBroker& m_broker;
    const QString m_directory;
    QString m_state = "state";
    int m_fault = 0;
    const Pipeline m_pipeline;
    const FaultWorkload m_workload;
    const QString m_input, m_output, m_id;
    CommittedReader m_reader;
    QProcess m_worker;
    QString m_trouble;
    int m_kills = 0;
    std::map<QString, int> m_killsAt;
    std::optional<CommittedReader::Clock::time_point> m_killedAt;  // and no new row was seen since
    std::size_t m_rowsAtKill = 0;
    std::vector<double> m_recoverySeconds;
};
