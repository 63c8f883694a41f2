#pragma once

#include "data/batch_builder.h"

#include <span>
#include <vector>

namespace engine {

// Columns whose rows stay from one batch to the next: set where they change, copied out in runs. Rows lie
// dense, in no order. Belongs to one task; batches made of it share its texts, which are never written over.
class KeptColumns {
public:
    explicit KeptColumns(const std::vector<DataType>& types);
    std::size_t size() const { return m_size; }
    std::size_t bytes() const;
    std::uint32_t add();             // a row behind the last, its values still to be set
    void remove(std::uint32_t row);  // the last row takes its place
    void set(std::size_t column, std::span<const std::uint32_t> rows, const Column& values);
    // Puts rows into a builder, which takes none from elsewhere until its batch is finished.
    void copy(std::size_t column, std::size_t first, std::size_t count, ColumnBuilder& into) const;
    // Whether texts lie elsewhere than when this was last asked: a batch that is begun cannot go on.
    bool takeTextsMoved() { return std::exchange(m_textsMoved, false); }

private:
    struct Kept {
        DataType type;
        std::size_t width;
        std::vector<char> values{};
        std::vector<std::uint8_t> validity{};
        std::size_t nulls = 0;
        std::shared_ptr<Buffer> texts{};
        std::size_t textBytesUsed = 0;
        TextRef* refs() { return reinterpret_cast<TextRef*>(values.data()); }
    };
    void setTexts(Kept& kept, std::span<const std::uint32_t> rows, const Column& values);
    void makeRoom(Kept& kept, std::size_t bytes);

    std::vector<Kept> m_columns;
    std::size_t m_size = 0;
    bool m_textsMoved = false;
};

}  // namespace engine
