using System.CommandLine;
using Commission.Engine;

namespace Commission.Cli.Commands;

/// <summary>`commission plan schema [plan|rep|case]`; needs no server.</summary>
internal static class PlanSchemaCommand
{
    public static Command Create(Terminal terminal)
    {
        var document = new Argument<string>("DOCUMENT")
        {
            Description = "plan (the default), rep or case",
            DefaultValueFactory = _ => "plan",
        };
        document.AcceptOnlyFromAmong("plan", "rep", "case");
        var schema = new Command("schema", "Print the JSON Schema of plans, payees or conformance cases, for editors")
        {
            document,
        };
        schema.SetAction(parsed =>
        {
            terminal.Out.WriteLine(parsed.GetValue(document) switch
            {
                "rep" => PlanSchema.Rep(),
                "case" => PlanSchema.Case(),
                _ => PlanSchema.Plan(),
            });
            return ExitCode.Ok;
        });
        return schema;
    }
}
