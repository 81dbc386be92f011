using System.Globalization;
using Commission.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Client.Text;

/// <summary>Moments of the past, as people write them.</summary>
public static class Moments
{
    private static readonly string[] Times =
    [
        "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
        "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
    ];

    /// <summary>
    /// Reads one: <c>12</c> or <c>#12</c> is a payee's twelfth change; <c>3:17</c> event 17 of shard 3; a day,
    /// <c>2026-02-12</c>, is its end in UTC; a time, <c>2026-02-12T09:30</c>, with seconds or not, is in UTC unless it
    /// ends in an offset such as <c>+01:00</c>.
    /// </summary>
    /// <returns>Null where it is none of these.</returns>
    public static Moment? Parse(string text)
    {
        var (shard, number) = text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            ? (text[..colon], text[(colon + 1)..])
            : ("", "");
        if (long.TryParse(text.StartsWith('#') ? text[1..] : text, NumberStyles.None, null, out var sequence))
        {
            return new Moment { Sequence = sequence };
        }

        if (int.TryParse(shard, NumberStyles.None, null, out var s)
            && long.TryParse(number, NumberStyles.None, null, out var n))
        {
            return new Moment { Position = new Position { Shard = s, Number = n } };
        }

        return TimeOf(text) is { } time ? new Moment { Time = Timestamp.FromDateTimeOffset(time) } : null;
    }

    private static DateTimeOffset? TimeOf(string text)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, utc, out var day))
        {
            return day.AddMilliseconds(TimeSpan.MillisecondsPerDay - 1);
        }

        return DateTimeOffset.TryParseExact(
            text.Replace(' ', 'T'), Times, CultureInfo.InvariantCulture, utc, out var time) ? time : null;
    }
}
