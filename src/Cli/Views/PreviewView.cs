using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>What a deal would pay, tier by tier, as a payee reads it.</summary>
internal static class PreviewView
{
    public static IRenderable Of(Terminal terminal, Deal deal, Preview preview)
    {
        var parts = new List<IRenderable>
        {
            new Markup($"Deal {Markup.Escape(deal.Deal_)}{Of(deal.Amount)} on {preview.Credited} "
                + $"pays {Markup.Escape(preview.Rep)} [bold green]{Figures.Text(preview.Earned)}[/] "
                + $"on plan {Markup.Escape(preview.Plan)}."),
        };
        if (preview.Change is { } change && !change.Equals(preview.Earned))
        {
            parts.Add(new Markup($"All in all the windows change by {Figures.Change(change)}: "
                + "later deals move to other tiers."));
        }

        parts.AddRange(preview.Components.Where(Matters).SelectMany(part => Component(terminal, part)));
        parts.AddRange(preview.Notices.Select(notice => new Markup($"[yellow]Note: {Markup.Escape(notice)}[/]")));
        if (preview.Everyone.Count > 0)
        {
            parts.Add(Everyone(terminal, preview));
        }

        return new Rows(parts);
    }

    private static string Of(Money? amount) => amount is null ? "" : $" of {Figures.Text(amount)}";

    private static Table Everyone(Terminal terminal, Preview preview)
    {
        var table = terminal.Table("Payee", "Roles", ">The deal pays", ">All in all", "Note");
        foreach (var one in preview.Everyone)
        {
            var roles = one.Roles.Select(role => $"{role.Role} {Figures.Percent(role.Share)}");
            var notes = one.Preview?.Notices ?? one.Refused.Violations.Select(violation => violation.Message);
            table.AddRow(
                Markup.Escape(one.Rep),
                Markup.Escape(string.Join(", ", roles)),
                Figures.Text(one.Preview?.Earned),
                Figures.Change(one.Preview?.Change),
                Markup.Escape(string.Join("; ", notes)));
        }

        return table;
    }

    private static bool Matters(ComponentPreview part) =>
        part.Credited != "0" || part.Earned is { Units: not 0 } or { Nanos: not 0 };

    private static IEnumerable<IRenderable> Component(Terminal terminal, ComponentPreview part)
    {
        var title = part.Title.Length > 0 ? part.Title : part.Component;
        yield return new Text("");
        yield return new Markup($"[bold]{Markup.Escape(title)}[/] {Markup.Escape(part.Window?.Name ?? "")}: "
            + $"{Figures.Change(part.Earned)}; counts {Figures.Number(part.Credited)}");
        var table = terminal.Table("", "How it comes about", ">Pay");
        Add(table, "before", part.Before);
        Add(table, "after", part.After);
        yield return table;
    }

    private static void Add(Table table, string when, IEnumerable<TraceLine> lines)
    {
        foreach (var (index, line) in lines.Index())
        {
            var style = line.Kind is "earned" or "pay" or "tier" ? "bold" : "default";
            table.AddRow(
                index == 0 ? when : "",
                $"[{style}]{Markup.Escape(line.Text)}[/]",
                line.Pay is "" or "0" ? "" : $"[{style}]{Figures.Number(line.Pay)}[/]");
        }
    }
}
