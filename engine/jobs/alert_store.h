#pragma once

#include "base/result.h"
#include "spec/messages.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

struct sqlite3;

namespace engine {

// $XDG_STATE_HOME/streamwright/alerts.sqlite
std::string defaultAlertFile();

// The history of alerts and their acknowledgements in a SQLite file. One thread. Keeps a bounded number of
// transitions, of alerts and of their values, and none for longer than a month; what comes twice is kept
// once.
class AlertStore {
public:
    static constexpr const char* kInMemory = ":memory:";
    static constexpr std::size_t kPoints = 400;  // of one alert
    struct Bounds {
        std::int64_t changesMax = 100'000, episodesMax = 20'000;
        std::int64_t ageUsMax = 30LL * 86'400 * 1'000'000;  // since it was written
        int checkedEvery = 256;                             // transitions written
    };
    static Result<std::unique_ptr<AlertStore>> open(const std::string& file, const Bounds& bounds);
    static Result<std::unique_ptr<AlertStore>> open(const std::string& file) { return open(file, Bounds{}); }
    ~AlertStore();
    AlertStore(const AlertStore&) = delete;
    AlertStore& operator=(const AlertStore&) = delete;

    // Answers with the episodes that these have changed, as they are now.
    Result<std::vector<AlertEpisode>> add(const std::vector<AlertChange>& changes, Timestamp now);
    // Transitions that end the open alerts of a pipeline whose rule is none of `rules`, to be added: nobody
    // is left who would tell of their end.
    Result<std::vector<AlertChange>> endingsOf(const std::string& pipeline,
                                               const std::set<std::string>& rules, Timestamp now);
    Result<std::vector<AlertEpisode>> list(const AlertQuery& query);
    Result<std::vector<AlertChange>> history(const std::string& pipeline, const std::string& episode);
    Result<std::vector<AlertPoint>> points(const std::string& pipeline, const std::string& episode);
    Result<AlertEpisode> find(const std::string& pipeline, const std::string& episode);
    Result<AlertEpisode> acknowledge(const std::string& pipeline, const std::string& episode,
                                     const AlertAcknowledgement& by);

private:
    class Statement;
    AlertStore(sqlite3* database, std::string file, const Bounds& bounds);
    Status run(const char* sql);
    Status prepareTables();
    Status addOne(const AlertChange& change, Timestamp now, bool& isNew);
    Status dropOld(Timestamp now);
    Status forgetDeleted(const AlertChange& change);
    Status addDetails(const AlertChange& change);
    Error failure(const char* doing) const;
    sqlite3* m_database;
    std::string m_file;
    Bounds m_bounds;
    int m_unchecked;  // transitions written since the bounds were seen to
};

}  // namespace engine
