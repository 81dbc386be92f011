using System.Globalization;

namespace Commission.Storage.Upkeep;

/// <summary>Rows that belong to no other, in the words of every store.</summary>
internal static class Strays
{
    public static StoreProblem OfEventId(string tenant, string eventId, LogPosition place, bool isMissing) => new(
        "event_ids",
        string.Create(CultureInfo.InvariantCulture, $"shard {place.Shard}"),
        place.Number,
        $"the event id {tenant}/{eventId} names this number, where "
        + (isMissing ? "there is no record" : "another event is recorded"));

    public static StoreProblem OfLatest(string tenant, string kind, string id) => new(
        "catalog_latest", $"document {tenant}/{kind}/{id}", 0, "the list names the document, and there is no version");
}
