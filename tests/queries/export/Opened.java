import java.io.File;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Node;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.project.api.ProjectController;
import org.openide.util.Lookup;

/** A file of a graph, checked against a schema and opened in Gephi, as text: a line for each thing, its parts between tabs. */
public class Opened {
    public static void main(String[] arguments) throws Exception {
        for (int at = 0; at < arguments.length; at += 2) {
            File schema = new File(arguments[at]), file = new File(arguments[at + 1]);
            System.out.println("file\t" + file.getName());
            check(schema, file);
            open(file);
        }
        System.exit(0);
    }

    /** JGraphT's schema of GEXF has the elements of places and colours in the space of the others. */
    private static void check(File schema, File file) throws Exception {
        String text = Files.readString(file.toPath()).replace("<viz:", "<");
        SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(schema).newValidator()
                .validate(new StreamSource(new StringReader(text)));
    }

    private static void open(File file) throws Exception {
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.newProject();
        ImportController imports = Lookup.getDefault().lookup(ImportController.class);
        Container container = imports.importFile(file);
        imports.process(container, new DefaultProcessor(), projects.getCurrentWorkspace());
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel();
        for (Node node : model.getGraph().getNodes()) {
            String colour = node.getColor().getRed() + "," + node.getColor().getGreen() + "," + node.getColor().getBlue();
            say("node", node.getId(), node.getLabel(), node.x(), node.y(), node.size(), colour);
        }
        for (Edge edge : model.getGraph().getEdges()) {
            say("edge", edge.getSource().getId(), edge.getTarget().getId(), edge.getWeight(), edge.isDirected());
        }
    }

    private static void say(Object... parts) {
        List<String> words = new ArrayList<>();
        for (Object part : parts) {
            words.add(String.valueOf(part));
        }
        System.out.println(String.join("\t", words));
    }
}
