#include "connectors/file/file_input.h"

#include "base/hash.h"
#include "data/buffer.h"
#include "spec/json.h"

#include <algorithm>
#include <vector>

namespace engine {

namespace {

Error damagedPlace(const std::string& path)
{
    return {ErrorCode::Corrupt,
            "The saved position in " + path + " cannot be read; start again with --fresh.", path};
}

Json placeToJson(const FilePlace& place)
{
    Json json = Json::object();
    json["offset"] = place.offset;
    if (!place.framer.empty()) json["framer"] = place.framer;
    json["head_bytes"] = place.headBytes;
    json["head_crc"] = place.headCrc;
    if (place.inode != 0) json["inode"] = place.inode;
    return json;
}

std::optional<FilePlace> placeFromJson(const Json& json)
{
    const Json* offset = findMember(json, "offset");
    const Json* headBytes = findMember(json, "head_bytes");
    const Json* headCrc = findMember(json, "head_crc");
    const Json* framer = findMember(json, "framer");
    const Json* inode = findMember(json, "inode");
    for (const Json* number : {offset, headBytes, headCrc})
        if (number == nullptr || !number->is_number_integer() || number->get<std::int64_t>() < 0) return {};
    if (framer != nullptr && !framer->is_string()) return {};
    if (inode != nullptr && (!inode->is_number_integer() || inode->get<std::int64_t>() < 0)) return {};
    FilePlace place;
    place.offset = offset->get<std::uint64_t>();
    place.headBytes = std::min<std::uint64_t>(headBytes->get<std::uint64_t>(), kHeadBytes);
    place.headCrc = headCrc->get<std::uint32_t>();
    if (framer != nullptr) place.framer = framer->get<std::string>();
    if (inode != nullptr) place.inode = inode->get<std::uint64_t>();
    return place;
}

}  // namespace

Result<std::string> bytesAt(ReadableFile& file, std::uint64_t offset, std::size_t count)
{
    std::string bytes(count, '\0');
    std::size_t used = 0;
    while (used < count) {
        auto got = file.readAt(offset + used, bytes.data() + used, count - used);
        if (!got) return got.error();
        if (*got == 0) break;
        used += *got;
    }
    bytes.resize(used);
    return bytes;
}

std::string placeText(const FilePlace& place, const std::deque<FilePlace>& finished)
{
    Json json = placeToJson(place);
    for (const FilePlace& each : finished) json["finished"].push_back(placeToJson(each));
    return compactJson(json);
}

Result<FilePlace> placeFrom(const std::string& text, const std::string& path)
{
    const auto json = parseJson(text);
    auto place = json ? placeFromJson(*json) : std::nullopt;
    if (!place) return damagedPlace(path);
    return std::move(*place);
}

Result<std::deque<FilePlace>> finishedFrom(const std::string& text, const std::string& path)
{
    const auto json = parseJson(text);
    if (!json) return damagedPlace(path);
    std::deque<FilePlace> finished;
    const Json* list = findMember(*json, "finished");
    if (list == nullptr) return finished;
    if (!list->is_array()) return damagedPlace(path);
    for (const Json& each : *list) {
        auto place = placeFromJson(each);
        if (!place) return damagedPlace(path);
        finished.push_back(std::move(*place));
    }
    return finished;
}

NextRecordTime::NextRecordTime(std::unique_ptr<Framer> framer, std::unique_ptr<Decoder> decoder)
    : m_framer(std::move(framer)),
      m_decoder(std::move(decoder))
{
}

Result<std::int64_t> NextRecordTime::at(ReadableFile& file, std::uint64_t offset)
{
    std::size_t want = 4096, scanned = 0;
    while (true) {
        const std::uint64_t from = m_prologueDone ? std::max(offset, m_prologueBytes) : 0;
        auto bytes = bytesAt(file, from, want);
        if (!bytes) return bytes.error();
        const bool isEnd = bytes->size() < want;
        if (!m_prologueDone) {
            const auto prologue = m_framer->prologue(*bytes, isEnd);
            m_prologueDone = prologue.has_value();
            m_prologueBytes = prologue.value_or(0);
            if (!m_prologueDone) want *= 2;
            if (m_prologueDone || !isEnd) continue;
        }
        if (bytes->empty()) return kEndOfTime;
        std::size_t length = m_framer->firstRecordEnd(*bytes, scanned);
        if (length == 0 && !isEnd && want < limits::kRecordBytes) {
            scanned = bytes->size();
            want *= 2;
            continue;
        }
        if (length == 0) length = bytes->size();
        RawChunk chunk;
        chunk.firstOffset = from;
        chunk.bytes = Buffer::copyOf(std::string_view(*bytes).substr(0, length));
        chunk.header = m_framer->header();
        DecodedChunk decoded;
        m_decoder->decode(chunk, decoded);
        if (decoded.records == 0 && !isEnd) {
            offset = from + length;  // an empty line is no record
            scanned = 0;
            continue;
        }
        return decoded.batches.empty() ? kNoWatermark : decoded.batches.front().eventTimes()[0];
    }
}

Status FileInput::open(FileSystem& files, const std::string& position)
{
    auto file = openInput(files, m_path, m_compression);
    if (!file) return file.error();
    m_file = std::move(file->file);
    if (!position.empty()) {
        auto place = placeFrom(position, m_path);
        if (!place) return place.error();
        m_place = std::move(*place);
        // How long a compressed file is shows only when it has been unpacked up to the place.
        auto size = file->isCompressed ? Result<std::uint64_t>(m_place.offset) : m_file->size();
        if (!size) return size.error();
        if (*size < m_place.offset)
            return Error{ErrorCode::Corrupt,
                         "The file " + m_path + " has become shorter (" + std::to_string(*size) +
                             " bytes) than what was read of it (" + std::to_string(m_place.offset) +
                             " bytes); put it back, or start again with --fresh.",
                         m_path};
    }
    auto head = bytesAt(*m_file, 0, position.empty() ? kHeadBytes : m_place.headBytes);
    if (!head) return head.error();
    const std::uint32_t crc = crc32c(*head);
    if (!position.empty() && (head->size() < m_place.headBytes || crc != m_place.headCrc))
        return Error{
            ErrorCode::Corrupt,
            "The file " + m_path +
                " is not the one that was read before: its beginning differs; put the old one back, or "
                "start again with --fresh.",
            m_path};
    m_place.headBytes = head->size();
    m_place.headCrc = crc;
    m_handedOverBefore = m_place.offset;
    return m_place.offset > 0 ? m_file->seek(m_place.offset) : ok();
}

Status FileInput::takeAsEnded(const std::string& position)
{
    auto place = placeFrom(position, m_path);
    if (!place) return place.error();
    m_place = std::move(*place);
    m_isEnded = true;
    return ok();
}

Status FileInput::read(SourceOutput& into)
{
    if (!m_input) {
        m_input = &into.bytes(m_split);
        m_input->begin(m_place.offset, m_place.framer);
    }
    const std::span<char> space = m_input->space();
    auto got = m_file->read(space.data(), space.size());
    if (!got) return got.error();
    if (*got > 0) {
        m_chunkBytesRead += *got;
        m_input->filled(*got);
        return ok();
    }
    m_input->endSplit();
    m_isEnded = true;
    return ok();
}

SplitState FileInput::state() const
{
    FilePlace place = m_place;
    if (m_input) {
        place.offset = m_input->handedOver();
        place.framer = m_input->framerState();
    }
    return {m_split, m_path, placeText(place), m_isEnded ? SplitState::Ended : SplitState::Active};
}

}  // namespace engine
