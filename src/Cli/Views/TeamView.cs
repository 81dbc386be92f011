using System.Globalization;
using Commission.Contracts.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Commission.Cli.Views;

/// <summary>A team as its manager reads it.</summary>
internal static class TeamView
{
    public static IRenderable Of(Terminal terminal, TeamReply team)
    {
        var table = terminal.Table(
            "Payee", "Name", "Manager", "Plan", ">Pace", ">Earned", "Component", "Window", ">Credited", ">Quota",
            ">Attainment", ">Elapsed");
        foreach (var member in team.Members)
        {
            AddTo(table, member);
        }

        var earned = string.Join(", ", team.Earned.Select(Figures.Text));
        return new Rows(
            table,
            new Text(string.Create(
                CultureInfo.InvariantCulture,
                $"{team.Payees} payees, {team.Behind} behind, {team.Unknown} without a pace; earned {earned}")));
    }

    private static void AddTo(Table table, TeamMember member)
    {
        var rep = Markup.Escape(member.Rep);
        if (member.Refused is { } refused)
        {
            var why = Markup.Escape(string.Join("; ", refused.Violations.Select(violation => violation.Message)));
            table.AddRow(rep, $"[yellow]{why}[/]", Markup.Escape(member.Manager));
            return;
        }

        var first = member.Components.FirstOrDefault();
        table.AddRow([
            rep, Markup.Escape(member.Name), Markup.Escape(member.Manager), Markup.Escape(member.Plan),
            Figures.Percent(member.Pace), Figures.Text(member.Earned), .. Cells(first)]);
        foreach (var component in member.Components.Skip(1))
        {
            table.AddRow(["", "", "", "", "", "", .. Cells(component)]);
        }
    }

    private static string[] Cells(ComponentPace? component) => component is null
        ? []
        :
        [
            Markup.Escape(component.Component), component.Window.Name, Figures.Number(component.Credited),
            Figures.Number(component.Quota), Figures.Percent(component.Attainment),
            Figures.Percent(component.Elapsed),
        ];
}
