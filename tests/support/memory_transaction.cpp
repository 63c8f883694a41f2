#include "support/memory_transaction.h"

#include "runtime/rejects.h"

#include <utility>

namespace engine {

namespace {

class MemoryTransaction final : public Authority {
public:
    explicit MemoryTransaction(MemoryBroker& broker) : m_broker(broker) { }
    Result<std::optional<Decision>> lastDecision() override
    {
        if (m_broker.silences > 0) {
            --m_broker.silences;
            return Error{ErrorCode::Busy, "Nobody answers.", {}};
        }
        m_producer = ++m_broker.producer;
        m_broker.aborted += !m_broker.open.empty();
        m_broker.open.clear();
        m_settled = m_broker.last ? m_broker.last->epoch : Epoch{};
        return m_broker.last;
    }
    Verdict decide(const Decision& decision) override
    {
        const Error why{ErrorCode::Unavailable, "The transaction was not committed.", {}};
        if (m_producer != m_broker.producer) return {Outcome::Unknown, why};
        const MemoryBroker::Fate fate = nextFate();
        if (fate == MemoryBroker::IsLostUnheard) return {Outcome::Unknown, why};
        auto rows = std::exchange(m_broker.open, {});
        if (fate == MemoryBroker::IsAborted) return {Outcome::NotDone, why};
        m_broker.committed.insert(m_broker.committed.end(), rows.begin(), rows.end());
        m_broker.last = decision;
        m_broker.decisions.push_back(decision);
        m_settled = decision.epoch;
        if (fate == MemoryBroker::IsCommittedUnheard) return {Outcome::Unknown, why};
        return {};
    }
    void carryOn(Epoch epoch) override { m_settled = std::max(m_settled, epoch); }

    bool isOpen(Epoch prepared) const { return m_settled >= prepared; }
    void write(std::string row)
    {
        if (m_producer == m_broker.producer) m_broker.open.push_back(std::move(row));
    }
    bool isSlow() const { return m_broker.isSlow; }

private:
    MemoryBroker::Fate nextFate()
    {
        if (m_broker.fates.empty()) return MemoryBroker::Commits;
        const MemoryBroker::Fate fate = m_broker.fates.front();
        m_broker.fates.pop_front();
        return fate;
    }
    MemoryBroker& m_broker;
    int m_producer = 0;
    Epoch m_settled{};
};

class MemorySink final : public Sink {
public:
    Status open(SinkContext& context, const std::string&) override
    {
        m_transaction = dynamic_cast<MemoryTransaction*>(context.authority);
        CHECK(m_transaction);
        return ok();
    }
    Status write(const RecordBatch& batch) override
    {
        if (!m_transaction->isOpen(m_prepared)) return Error{ErrorCode::Busy, {}, {}};
        for (std::uint32_t row = 0; row < batch.rows(); ++row) m_transaction->write(rowAsText(batch, row));
        return ok();
    }
    Status flush() override { return ok(); }
    Result<std::string> prepare(Epoch epoch, EpochKind) override
    {
        if (m_transaction->isSlow()) return Error{ErrorCode::Busy, {}, {}};
        m_prepared = epoch;
        return std::string("memory");
    }

private:
    MemoryTransaction* m_transaction = nullptr;
    Epoch m_prepared{};
};

struct NoParams { };

}  // namespace

void addMemorySink(Catalog& catalog, MemoryBroker& broker)
{
    ComponentInfo info;
    info.id = "memory_sink";
    info.kind = ComponentKind::Sink;
    info.inputs = {{"in", ""}};
    info.outputs = {};
    catalog.add(
        component(std::move(info), Params<NoParams>(), [&broker](const NoParams&, const BindContext&) {
            Binding binding;
            binding.needs = {Distribution::Single, {}};
            binding.make = Factory<Sink>([] { return std::make_unique<MemorySink>(); });
            binding.transaction = {"memory", "", [&broker](Env&, const std::string&, const std::string&) {
                                       return std::make_unique<MemoryTransaction>(broker);
                                   }};
            return std::optional(binding);
        }));
}

}  // namespace engine
