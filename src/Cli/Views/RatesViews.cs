using System.Globalization;
using Commission.Cli.Commands;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>Currency rates as people read them.</summary>
internal static class RatesViews
{
    /// <summary>What became of a file of rates; what is wrong goes to the error output, line by line.</summary>
    public static void Write(Terminal terminal, RatesPut put, string file, bool asJson)
    {
        foreach (var (line, text) in put.Problems)
        {
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}:{line}: {text}"));
        }

        var reply = put.Reply;
        if (asJson)
        {
            terminal.WriteJson(reply);
            return;
        }

        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{reply.Recorded:N0} recorded, {reply.Corrected:N0} corrected, {reply.Repeats:N0} repeats, "
            + $"{reply.Refused:N0} refused"));
        if (reply.Recomputing > 0)
        {
            terminal.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{reply.Recomputing:N0} payees are still being recomputed"));
        }
    }

    /// <summary>One rate.</summary>
    public static IRenderable Of(RecordedRate recorded)
    {
        var rate = recorded.Rate;
        var source = recorded.Source.Length > 0 ? $" ({recorded.Source})" : "";
        return new Markup(Markup.Escape(
            $"1 {rate.From} = {rate.Rate} {rate.To}, since {rate.Day}{source}{Environment.NewLine}"));
    }

    /// <summary>Many rates.</summary>
    public static IRenderable Of(Terminal terminal, ListRatesReply reply)
    {
        var table = terminal.Table("From", "To", "Day", ">Rate", "Source", "Put (UTC)");
        foreach (var one in reply.Rates)
        {
            var put = one.Recorded?.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "";
            table.AddRow(
                one.Rate.From, one.Rate.To, one.Rate.Day, one.Rate.Rate, Markup.Escape(one.Source), put);
        }

        return table;
    }
}
