using System.Globalization;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Checks of fields that no single grain is asked about.</summary>
internal static class Inputs
{
    /// <summary>The error for a field.</summary>
    public static RpcError Invalid(string field, string message) =>
        RpcError.Invalid($"{field}: {message}", (field, message));

    /// <summary>A day as grains take it; null: today.</summary>
    public static string? DayOf(string on) => on.Length == 0 ? null : on;

    /// <summary>Refuses what is neither empty nor a day that grains take.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT.</exception>
    public static void CheckDay(string field, string text)
    {
        var isDay = DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        if (text.Length > 0 && (!isDay || day.Year is < 1900 or > 2999))
        {
            throw Invalid(field, "Expected a day of the years 1900 to 2999, YYYY-MM-DD.");
        }
    }
}
